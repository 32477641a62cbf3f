//! The HTTP face: routes, problems, OpenAPI.
