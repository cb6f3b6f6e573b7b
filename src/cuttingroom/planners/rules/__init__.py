"""Plain English to plan items, offline. The rules for several clauses are written down in planner.py."""

from cuttingroom.planners.rules.planner import RulesPlanner

__all__ = ["RulesPlanner"]
