"""From a parse tree of `grammar.lark` to a reading: one method for each alias of the grammar."""

from cuttingroom.planners.rules.meaning.clauses import Clauses

__all__ = ["Clauses"]
