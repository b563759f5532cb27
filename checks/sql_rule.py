"""Contract SQL made runnable: a rule's query is parsed, checked and rewritten to name its failing rows.

A row rule's WHERE becomes a condition that joins the one scan; the other kinds keep their query, with
`_submission_id` put into every join and window so that many submissions can be judged together.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from checks.rule import Rule, RuleError
from data.contract import Contract, RuleSpec

__all__ = ["HISTORY_TABLES", "compile_sql_rule", "parse_expression"]

HISTORY_TABLES = frozenset({"previous", "last_year", "earlier"})


@lru_cache(maxsize=2048)
def _parse(query: str) -> exp.Select:
    try:
        tree = sqlglot.parse_one(query, dialect="duckdb")
    except SqlglotError as error:
        raise RuleError(f"không đọc được SQL / cannot parse the SQL: {str(error).splitlines()[0]}") from error
    if not isinstance(tree, exp.Select):
        raise RuleError("câu SQL phải là một SELECT / the SQL must be one SELECT")
    return tree


def parse_expression(text: str) -> exp.Expression:
    """One SQL expression. Raises RuleError where it cannot be read."""
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError as error:
        raise RuleError(f"không đọc được biểu thức / cannot parse the expression {text!r}") from error
    assert isinstance(tree, exp.Expression)
    return tree


def compile_sql_rule(spec: RuleSpec, contract: Contract) -> Rule:
    """The runnable form of a hand-written rule. Raises RuleError where its kind does not fit its query."""
    if spec.query is None:
        raise RuleError(f"{spec.id}: thiếu query / query is missing")
    tree = _parse(spec.query).copy()
    tables = _outer_tables(tree, contract.id)
    common = {
        "id": spec.id,
        "name": spec.name,
        "kind": spec.kind,
        "principle": spec.principle,
        "severity": spec.severity,
        "column": spec.column,
        "expected": spec.expected,
        "comparator": spec.comparator,
        "message_vi": spec.message_vi,
        "message_en": spec.message_en,
        "must": spec.must,
        "tables": tables,
    }
    if spec.kind == "row":
        return Rule(violation=_row_condition(tree, contract.id, spec), **common)  # type: ignore[arg-type]
    if spec.kind == "dataset":
        return Rule(query=_dataset_query(tree, contract.id), **common)  # type: ignore[arg-type]
    return Rule(query=_failing_rows_query(tree, spec, contract), **common)  # type: ignore[arg-type]


def _outer_tables(tree: exp.Select, own: str) -> frozenset[str]:
    names = set()
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        name = f"{table.db}.{table.name}" if table.db else table.name
        if name != own and name not in ctes:
            names.add(name)
    return frozenset(names)


def _row_condition(tree: exp.Select, own: str, spec: RuleSpec) -> str:
    where = tree.args.get("where")
    if where is None or tree.args.get("joins") or tree.args.get("qualify") or tree.args.get("group"):
        raise RuleError(f"{spec.id}: quy tắc dòng cần đúng một WHERE / a row rule needs exactly one WHERE")
    if next(where.find_all(exp.Window, exp.AggFunc), None) is not None:
        raise RuleError(f"{spec.id}: quy tắc dòng không dùng hàm gộp / a row rule uses no aggregate or window")
    for column in where.find_all(exp.Column):
        if column.table == own:
            column.set("table", None)
    condition: str = where.this.sql(dialect="duckdb")
    return condition


def _scope_windows(tree: exp.Expression) -> None:
    """Every window looks only within its submission."""
    for window in tree.find_all(exp.Window):
        partition = window.args.get("partition_by") or []
        window.set("partition_by", [exp.column("_submission_id"), *partition])


def _scope_joins(tree: exp.Select) -> None:
    """Joined history belongs to the same submission."""
    for join in tree.args.get("joins") or []:
        if join.this.name in HISTORY_TABLES:
            using = join.args.get("using")
            if not using:
                raise RuleError(f"JOIN {join.this.name} phải dùng USING / must be JOIN … USING (…)")
            join.set("using", [exp.to_identifier("_submission_id"), *using])


def _column(name: str) -> exp.Column:
    table, _, column = name.rpartition(".")
    return exp.column(column, table=table or None)


def _failing_rows_query(tree: exp.Select, spec: RuleSpec, contract: Contract) -> str:
    _scope_joins(tree)
    own = contract.id if tree.args.get("joins") else None
    rule = Rule(spec.id, "", "", "", "", message_vi=spec.message_vi, message_en=spec.message_en)
    projection: list[exp.Expr] = [
        exp.column("_submission_id", table=own).as_("_submission_id"),
        exp.column("_row", table=own).as_("_row"),
    ]
    for name in rule.values:
        qualified = name if "." in name or own is None else f"{own}.{name}"
        projection.append(_column(qualified).as_(name, quoted=True))
    if (other := _joined_dataset(tree)) is not None:
        projection.append(exp.column("_submission_id", table=other).as_("_other_submission"))
        projection.append(exp.column("_row", table=other).as_("_other_row"))
    if spec.expected is not None:
        projection.append(parse_expression(spec.expected).as_("_expected"))
    tree.set("expressions", projection)
    _scope_windows(tree)
    return tree.sql(dialect="duckdb")


def _joined_dataset(tree: exp.Select) -> str | None:
    """Name under which another dataset stands in the joins: the other side of a contradiction."""
    for join in tree.args.get("joins") or []:
        table = join.this
        if isinstance(table, exp.Table) and not table.db and table.name not in HISTORY_TABLES:
            return table.alias_or_name
    return None


def _dataset_query(tree: exp.Select, own: str) -> str:
    """One value a submission: the query's own scalar, grouped by submission."""
    value = tree.expressions[0].copy()
    tree.set(
        "expressions",
        [exp.column("_submission_id", table=own if tree.args.get("joins") else None).as_("_submission_id"),
         value.unalias().as_("value")],
    )  # fmt: skip
    _scope_joins(tree)
    tree.group_by(exp.column("_submission_id", table=own if tree.args.get("joins") else None), copy=False)
    return tree.sql(dialect="duckdb")
