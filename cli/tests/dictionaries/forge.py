import os

import dlt
import pendulum
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator, PageNumberPaginator
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source

HOST = "https://api.forge.example"
PAGE = {"per_page": 100}


@dlt.source(name="forge")
def forge(access_token: str = dlt.secrets.value, owner: str = "acme", project=dlt.config.value):
    """Issues of a project."""
    config: RESTAPIConfig = {
        "client": {
            "base_url": f"{HOST}/repos/{owner}/{project}/",
            "auth": BearerTokenAuth(token=access_token),
            "headers": {"Accept": "application/vnd.forge+json", "X-Trace": None},
        },
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "columns": {"id": {"data_type": "bigint", "nullable": False}},
            "endpoint": {"params": {**PAGE}, "data_selector": "$.items", "paginator": "header_link"},
        },
        "resources": [
            {
                "name": "issues",
                "endpoint": {
                    "path": "issues",
                    "params": {
                        "sort": "updated",
                        "labels": ["bug", "help"],
                        "archived": False,
                        "since": {
                            "type": "incremental",
                            "cursor_path": "updated_at",
                            "initial_value": "2024-01-25T11:21:28Z",
                        },
                    },
                    "response_actions": [
                        {"status_code": 404, "action": "ignore"},
                        {"status_code": 200, "content": "not ready", "action": "retry"},
                    ],
                },
            },
            {
                "name": "issue_comments",
                "endpoint": {
                    "path": "issues/{issue_number}/comments",
                    "params": {
                        "issue_number": {"type": "resolve", "resource": "issues", "field": "number"},
                    },
                },
                "include_from_parent": ["id", "title"],
                "primary_key": ["_issues_id", "id"],
            },
            {
                "name": "reactions",
                "endpoint": "comments/{resources.issue_comments.id}/reactions?kind=all%20of",
                "selected": False,
            },
            "contributors",
        ],
    }
    yield from rest_api_resources(config)


source = rest_api_source(
    RESTAPIConfig(
        client={
            "base_url": "https://api.events.example/v2",
            "auth": {"type": "api_key", "name": "X-Key", "api_key": os.environ["EVENTS_KEY"], "location": "header"},
            "paginator": {"type": "page_number", "total_path": "meta.pages", "maximum_page": 50},
        },
        resources=[
            {
                "name": "events",
                "endpoint": {
                    "path": "events/search",
                    "method": "POST",
                    "json": {
                        "query": "at >= {incremental.start_value}",
                        "kinds": ["a", 1, True, None],
                        "shape": "{x}",
                        "zone": os.getenv("EVENTS_ZONE", "eu"),
                    },
                    "incremental": {"cursor_path": "meta.at", "initial_value": "2024-01-01", "lag": 2},
                },
                "primary_key": "key",
                "write_disposition": {"disposition": "merge", "strategy": "upsert"},
            },
            {"name": "counts", "endpoint": {"path": "counts", "paginator": OffsetPaginator(limit=50, total_path=None)}},
            {
                "name": "broken",
                "endpoint": {
                    "path": "broken",
                    "data_selector": "rows",
                    "params": {"at": pendulum.now().to_date_string(), "size": len(PAGE)},
                    "paginator": {"type": "page_number", "base_page": 1, "total_path": "totalCount"},
                    "incremental": {
                        "cursor_path": "at",
                        "initial_value": pendulum.now().subtract(days=7).isoformat(),
                        "convert": lambda value: value[:10],
                    },
                    "response_actions": [{"status_code": 400, "action": stop}],
                },
                "processing_steps": [{"filter": lambda row: row["id"] > 3}, {"map": anonymize}],
                "merge_key": "day",
                "write_disposition": "merge",
            },
        ],
    ),
    name="events",
)
