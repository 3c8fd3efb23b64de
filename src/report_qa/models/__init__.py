"""The embedded models: what they are, how they are fetched and verified, and where they lie.

``catalog`` describes them, ``fetch`` downloads and installs them, ``status`` lists and checks them. Nothing
here loads a model; that is the business of :mod:`report_qa.providers`.
"""
