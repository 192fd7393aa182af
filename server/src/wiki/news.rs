//! What watchers are to be told, gathered into one mail.
