"""How every route of the API runs: counted first, and whatever goes wrong is answered as a problem."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from dashboard.api.limits import count
from dashboard.api.problem import answer_of, problem, stands_for

__all__ = ["ApiRoute"]

_OPEN = "/openapi.json"
"""What anybody may ask for, as the middleware has it."""
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ApiRoute(APIRoute):
    """A route whose failures are problems and whose answers say what is left of the caller's share."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler with ours around it."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                person = getattr(request.state, "person", None)
                if person is None and not self.path.endswith(_OPEN):
                    raise problem(401, "nobody", headers={"WWW-Authenticate": "Bearer"})
                if person is not None:
                    headers.update(count(person, writes=request.method in _WRITES))
                answer = await handle(request)
            except Exception as error:
                # Every failure becomes a problem here; what nobody foresaw is logged there with its trace.
                answer = answer_of(stands_for(error))
            for name, value in headers.items():
                answer.headers.setdefault(name, value)
            return answer

        return handled
