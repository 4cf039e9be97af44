//! Everything that a message goes through in an agent: filters, middlewares, handlers, and who is told of failures.
use crate::{
    Context, Filter, HandlerResult, Middleware, Next, Reported,
    handler::Handlers,
    on_error::{During, ErrorChain, Failure, FailureCause},
};
use std::sync::Arc;

/// What an agent does with what it is given. Shared by its tasks.
#[derive(Default)]
pub(crate) struct Chain {
    pub(crate) filters: Vec<Filter>,
    pub(crate) middlewares: Vec<Arc<dyn Middleware>>,
    pub(crate) handlers: Handlers,
    pub(crate) errors: ErrorChain,
}

impl Chain {
    /// Takes a message through everything. Whatever goes wrong is told and ends here.
    pub(crate) async fn run(self: &Arc<Self>, context: Context) {
        for filter in &self.filters {
            match Failure::caught(filter.passes(&context)).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(cause) => {
                    let _told = self.errors.tell(Failure::of(&context, During::Filter, cause)).await;
                    return;
                }
            }
        }
        let _told = Next::first(Arc::clone(self)).run(context).await;
    }

    /// Runs the handlers of a message one after another: those of its kind first, then those of every message.
    pub(crate) async fn run_handlers(&self, context: &Context) -> HandlerResult {
        let mut result = Ok(());
        for run in self.handlers.of(context) {
            let outcome = Failure::caught(async { run(context.clone()).await }).await;
            let settled = self.settle(outcome, During::Handler, context).await;
            result = result.and(settled);
        }
        result
    }

    /// Tells of a failure, unless that was done, and gives what those in front of it see.
    pub(crate) async fn settle(
        &self,
        outcome: Result<(), FailureCause>,
        during: During,
        context: &Context,
    ) -> HandlerResult {
        let Err(cause) = outcome else { return Ok(()) };
        if let Some(reported) = cause.downcast_ref::<Reported>() {
            return Err(Box::new(reported.clone()));
        }
        match self.errors.tell(Failure::of(context, during, cause)).await {
            Ok(()) => Ok(()),
            Err(failure) => Err(Box::new(Reported(failure))),
        }
    }
}
