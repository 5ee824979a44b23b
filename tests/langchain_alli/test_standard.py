"""LangChain's own tests for tools, for one tool per app type, against the emulator."""

from collections.abc import Iterator

import pytest
from alli import Alli, AsyncAlli
from alli_emulator import Emulator
from langchain_alli import AlliAppTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests


class _AppTool:
    """A tool for the app `app_name`; LangChain's tests read it from properties, so it is set before each test."""

    app_name: str
    example: dict[str, str]
    tool: AlliAppTool

    @pytest.fixture(autouse=True)
    def _served(self, alli: Emulator) -> Iterator[None]:
        with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
            async_client = AsyncAlli(api_key=alli.api_key, base_url=alli.base_url)
            app = next(app for app in client.apps.list() if app.name == self.app_name)
            self.tool = AlliAppTool.from_app(app, client=client, async_client=async_client)
            yield

    @property
    def tool_constructor(self) -> AlliAppTool:
        return self.tool

    @property
    def tool_invoke_params_example(self) -> dict[str, str]:
        return self.example


class _SingleAction(_AppTool):
    app_name = "Rewrite"
    example = {"content": "hi", "tone": "plain"}  # noqa: RUF012  # read only


class _Campaign(_AppTool):
    app_name = "HR chat"
    example = {"message": "hi"}  # noqa: RUF012  # read only


class _Agent(_AppTool):
    app_name = "Auditor"
    example = {"message": "hi"}  # noqa: RUF012  # read only


class TestSingleActionUnit(_SingleAction, ToolsUnitTests):
    """single_action."""


class TestSingleActionIntegration(_SingleAction, ToolsIntegrationTests):
    """single_action."""


class TestCampaignUnit(_Campaign, ToolsUnitTests):
    """campaign."""


class TestCampaignIntegration(_Campaign, ToolsIntegrationTests):
    """campaign."""


class TestAgentUnit(_Agent, ToolsUnitTests):
    """agent."""


class TestAgentIntegration(_Agent, ToolsIntegrationTests):
    """agent."""
