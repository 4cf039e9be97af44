//! Whole-system scenarios, guards and interop with the official client.
