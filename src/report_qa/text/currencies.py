"""Names of currencies, by which an amount of money is known."""

from __future__ import annotations

NAMES_EN = (
    r"(?:yuan|renminbi|dollars?|euros?|pounds?(?: sterling)?|pence|cents?|yen|francs?|crowns?|kron(?:a|er|or|e)"
    r"|rupees?|rubles?|roubles?|pesos?|lira|dirhams?|riyals?|baht|ringgit|shekels?|zlot(?:y|ys|ych))"
)
"""English names, in lower case; without those that are other words too, as won."""
CODES = r"(?:CNY|RMB|USD|EUR|GBP|JPY|KRW|HKD|TWD|SGD|AUD|CHF|INR|SEK|NOK|DKK|RUB|BRL|MXN|THB|MYR|PLN)"
"""Codes of ISO 4217 and RMB; without those that are other words too, as TRY and CAD."""
NAMES_ZH = r"(?:[美欧日港澳加新韩]元|元|英?镑|克朗|法郎|卢布|卢比|比索|里拉|泰铢|林吉特|迪拉姆|韩币|港币|人民币)"
SYMBOLS = "¥￥$€£₩₹"
