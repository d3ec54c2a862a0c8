//! The operator port on a real instance.
