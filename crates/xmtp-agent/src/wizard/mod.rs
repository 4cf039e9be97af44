//! Forms: questions one after another, until all are answered.
mod answers;
mod form;
mod reading;
mod session;
mod step;

pub use answers::Answers;
pub use form::{ActionWizard, WIZARD_TTL};
pub use step::Step;
