//! What `ARCHITECTURE.md` promises about the shape of the code, held by tests.
mod arrows;
mod pure;
mod rules;
mod sizes;
mod workspace;
