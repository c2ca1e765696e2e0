"""The service: one bundle behind HTTP, its lists those of the page."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from seqrec import __version__
from seqrec.errors import SeqrecError
from seqrec.scoring.bundle import Bundle
from seqrec.serve.answers import make_answer, understand
from seqrec.serve.limits import MAX_REQUEST_BYTES, BodyLimit
from seqrec.serve.messages import Answer, AnswerMany, Ask, AskMany, Fault, Health
from seqrec.serve.queue import BusyError, ScoringQueue

logger = logging.getLogger(__name__)

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")
_FAULTS: dict[int | str, dict[str, Any]] = {
    413: {"model": Fault, "description": "The request is too large."},
    422: {"model": Fault, "description": "The request is not as it must be; says why."},
    503: {"model": Fault, "description": "Too many requests wait."},
}


def create_app(
    bundle: Bundle,
    max_bytes: int = MAX_REQUEST_BYTES,
    host_names: Sequence[str] = LOCAL_NAMES,
) -> FastAPI:
    """The service of a bundle.

    Args:
        bundle: whose lists it gives.
        max_bytes: of a request's body.
        host_names: under which it may be called; another site's page that got its own name to
            point here is turned away.
    """
    scoring = ScoringQueue(bundle.engine)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(scoring.close)

    # The interactive pages would load scripts from elsewhere.
    app = FastAPI(
        title="seqrec", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.add_middleware(BodyLimit, max_bytes=max_bytes)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(host_names))
    _add_faults(app)

    _add_facts(app, bundle)
    _add_lists(app, bundle, scoring)
    return app


def _add_facts(app: FastAPI, bundle: Bundle) -> None:
    @app.get("/health")
    async def health() -> Health:
        """That it lives, and what it serves."""
        return Health(
            status="ok",
            seqrec=__version__,
            fingerprint=bundle.fingerprint,
            models=list(bundle.engine.names),
            n_items=len(bundle.item_ids),
            n_users=len(bundle.histories),
        )

    @app.get("/card")
    async def card() -> dict[str, Any]:
        """What the models learned from, how, and how good they are beside the baselines."""
        return dict(bundle.card)


def _add_lists(app: FastAPI, bundle: Bundle, scoring: ScoringQueue) -> None:
    async def list_all(asks: Sequence[Ask]) -> list[str]:
        asked = [understand(bundle, ask) for ask in asks]
        waiting = [scoring.ask(one.history, one.wish) for one in asked]
        found = await asyncio.gather(*map(asyncio.wrap_future, waiting))
        return [
            make_answer(bundle, one, listing).model_dump_json()
            for one, listing in zip(asked, found, strict=True)
        ]

    @app.post("/recommend", responses={200: {"model": Answer}, **_FAULTS})
    async def recommend(ask: Ask) -> Response:
        """The list of one history or user."""
        (told,) = await list_all([ask])
        return Response(told, media_type="application/json")

    @app.post("/recommend/batch", responses={200: {"model": AnswerMany}, **_FAULTS})
    async def recommend_many(asks: AskMany) -> Response:
        """A list for each request, in their order; all or none."""
        told = ",".join(await list_all(asks.requests))
        return Response(f'{{"answers":[{told}]}}', media_type="application/json")


def _add_faults(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    async def refuse(_request: Request, error: Exception) -> JSONResponse:
        # What was sent is not sent back: it may be large, or somebody's.
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        told = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults[:5]]
        return JSONResponse({"detail": "; ".join(told)}, 422)

    @app.exception_handler(SeqrecError)
    async def explain(_request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 422)

    @app.exception_handler(BusyError)
    async def put_off(_request: Request, _error: Exception) -> JSONResponse:
        told = "too many requests wait; try again in a second"
        return JSONResponse({"detail": told}, 503, {"Retry-After": "1"})

    @app.exception_handler(Exception)
    async def fail(_request: Request, error: Exception) -> JSONResponse:
        error_id = uuid.uuid4().hex[:8]
        logger.error("unexpected error %s", error_id, exc_info=error)
        return JSONResponse({"detail": f"unexpected error {error_id}; see the log"}, 500)
