"""Cases from the formats that teams already have: public question answering sets, tables, RGB."""
