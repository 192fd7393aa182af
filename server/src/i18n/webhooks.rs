//! Words of the pages for webhooks.
