"""A thin client of the API, and the records that go over the wire."""

from report_qa.client.client import Client as Client
from report_qa.client.transport import APIError as APIError
from report_qa.client.transport import Unreachable as Unreachable
