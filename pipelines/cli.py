"""The `hub` command: one verb a file in pipelines/verbs, loaded only when it is called."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

__all__ = ["main"]

# definitions.md: 2 says that a file cannot be read, 64 that the command was not understood.
click.UsageError.exit_code = 64

_VERBS = Path(__file__).parent / "verbs"


class _Verbs(click.Group):
    """Finds verbs by their files, so that `hub check` never pays for what `hub up` imports."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; a contract that cannot be loaded ends any of them with its one line."""
        from data.contract import ContractError

        try:
            return super().invoke(ctx)
        except ContractError as error:
            click.echo(str(error), err=True)
            ctx.exit(64)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(p.stem.replace("_", "-") for p in _VERBS.glob("*.py") if not p.stem.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"pipelines.verbs.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Trung tâm tích hợp dữ liệu của tỉnh / the province's data hub."""
