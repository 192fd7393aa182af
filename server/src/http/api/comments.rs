//! `/api/v1/comments…`: comments on pages.
