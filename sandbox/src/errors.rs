//! What can keep the sandbox from starting, and what can go wrong with one invocation.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// An error of a client or a server that is shown, never told apart.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program listens there.
    #[error("port {port}, meant for {what}, is in use: choose others with --port")]
    PortInUse {
        /// What was to listen there.
        what: &'static str,
        /// The port, on 127.0.0.1.
        port: u16,
    },
    /// The port can't be listened on for another reason.
    #[error("cannot listen on port {port} for {what} (set by --port)")]
    Listen {
        /// What was to listen there.
        what: &'static str,
        /// The port, on 127.0.0.1.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The ports after the first would pass 65535.
    #[error("--port {0} leaves no room for the ports after it: 65531 is the highest")]
    PortTooHigh(u16),
    /// Another sandbox works in the directory.
    #[error("{} is in use by another sandbox: stop it, or choose another directory with --data", .0.display())]
    DataInUse(PathBuf),
    /// The directory can't be made, read or written.
    #[error("cannot use {} (set by --data)", path.display())]
    Data {
        /// The file or directory in question.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file of stream positions is not what this program writes.
    #[error("{} is damaged: remove it to read the streams from their beginning", path.display())]
    Checkpoints {
        /// The file.
        path: PathBuf,
        /// Where it breaks.
        source: serde_json::Error,
    },
    /// The embedded database did not open or start.
    #[error("the embedded database did not start: {0}")]
    Database(String),
    /// The embedded queue server did not open.
    #[error("the queue server did not start")]
    Queues(#[source] Cause),
    /// A table is missing and can't be made.
    #[error("cannot make ready the table {table} at {endpoint}")]
    Table {
        /// Its name.
        table: String,
        /// The database asked.
        endpoint: String,
        /// What it answered.
        source: Cause,
    },
    /// A queue is missing and can't be made.
    #[error("cannot make ready the queue {queue} at {endpoint}")]
    Queue {
        /// Its name.
        queue: String,
        /// The queue server asked.
        endpoint: String,
        /// What it answered.
        source: Cause,
    },
    /// The template names something it doesn't define.
    #[error("{place} names {id}, which the template doesn't define")]
    Undefined {
        /// Where: a function's variable, a route, an event source.
        place: String,
        /// The name used there.
        id: String,
    },
    /// A function that has to be there from the start is not.
    #[error("a function did not start")]
    Function(#[source] InvokeError),
}

/// Why an invocation has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// The template has no such function.
    #[error("there is no function {0}")]
    Unknown(String),
    /// The event is larger than Lambda's 6 MB.
    #[error("{function}: the event has {bytes} bytes, more than 6 MB")]
    EventTooLarge {
        /// The function.
        function: String,
        /// The event's size.
        bytes: usize,
    },
    /// The answer is larger than Lambda's 6 MB.
    #[error("{function}: the answer has more than 6 MB")]
    AnswerTooLarge {
        /// The function.
        function: String,
    },
    /// The answer is not JSON.
    #[error("{function}: the answer is not JSON")]
    AnswerNotJson {
        /// The function.
        function: String,
        /// Where it breaks.
        source: serde_json::Error,
    },
    /// The function reported an error.
    #[error("{function} failed: {kind}: {message}")]
    Failed {
        /// The function.
        function: String,
        /// `errorType` of its report.
        kind: String,
        /// `errorMessage` of its report.
        message: String,
    },
    /// The function's time was up; its process is replaced.
    #[error("{function} did not answer within {} s", after.as_secs_f64())]
    TimedOut {
        /// The function.
        function: String,
        /// Its time-out in the template.
        after: Duration,
    },
    /// The process ended in the middle of the invocation.
    #[error("{function} died ({status}){tail}")]
    Died {
        /// The function.
        function: String,
        /// The process's exit status.
        status: String,
        /// The last lines it wrote, each behind a line break; may be empty.
        tail: String,
    },
    /// The process ended, or gave up, before it asked for its first event.
    #[error("{function} did not start ({status}){tail}")]
    Init {
        /// The function.
        function: String,
        /// The process's exit status, or what it reported.
        status: String,
        /// The last lines it wrote, each behind a line break; may be empty.
        tail: String,
    },
    /// The program that plays the function can't be run.
    #[error("{function}: cannot run {}", program.display())]
    Spawn {
        /// The function.
        function: String,
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The sandbox is stopping.
    #[error("{function}: the sandbox is stopping")]
    Stopping {
        /// The function.
        function: String,
    },
}
