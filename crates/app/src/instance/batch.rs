//! Many commands as one job.

use super::{Instance, refused};
use market::Command;
use protocol::problem::Problem;
use store::engine::Answer;
use tokio::sync::oneshot;

impl Instance {
    /// Submits many commands as one job, in their order: all of it is durable with one wait. Each is done or refused by itself.
    ///
    /// # Errors
    /// As [`Instance::apply`]; then none of them was done.
    pub(crate) async fn apply_each(&self, commands: Vec<Command>) -> Result<Vec<Answer>, Problem> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, answers) = oneshot::channel();
        self.engine.submit_batch(commands, Box::new(move |all| drop(reply.send(all)))).map_err(refused)?;
        answers.await.map_err(|_| Problem::Internal)
    }
}
