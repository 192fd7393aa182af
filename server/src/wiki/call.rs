//! Calls the webhooks that wait in the queue.
