//! `/api/v1/search`: finding pages.
