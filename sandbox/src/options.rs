//! What a sandbox is started with.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::errors::Error;
use crate::template::Stack;

/// Ports that go with the front's, by their distance from it.
const DATABASE_OFFSET: u16 = 3;
const QUEUES_OFFSET: u16 = 4;

/// Everything a sandbox needs to know. [`Options::new`] fills in what is usual.
#[derive(Debug, Clone)]
pub struct Options {
    /// What to run.
    pub stack: Stack,
    /// How a function's process is started.
    pub launcher: Launcher,
    /// Where tables, queues, stream positions and logs are kept; `None`: in memory.
    pub data: Option<PathBuf>,
    /// The front's port (usually 3000). The database listens 3 above it, the queues 4 above; 1 and
    /// 2 above are left to the caller. 0: all of them on free ports.
    pub port: u16,
    /// URL of a DynamoDB to use instead of the embedded one.
    pub dynamodb: Option<String>,
    /// URL of an SQS to use instead of the embedded one.
    pub sqs: Option<String>,
    /// Who gets to see what the functions write.
    pub logs: LogSink,
    /// How long a message is hidden that a function received, instead of what the template says: then
    /// what died with a process comes again soon. Shorter than a function takes, it makes messages
    /// come twice.
    pub visibility: Option<Duration>,
    /// Processes of one function at once, at most; an invocation beyond waits its turn.
    pub processes: usize,
}

impl Options {
    /// Everything in memory, on the usual ports, with up to four processes of each function.
    pub fn new(stack: Stack, launcher: Launcher) -> Self {
        Self {
            stack,
            launcher,
            data: None,
            port: 3000,
            dynamodb: None,
            sqs: None,
            logs: LogSink::Stderr,
            visibility: None,
            processes: 4,
        }
    }

    /// Makes the queues that feed functions what [`Options::visibility`] says.
    pub(crate) fn shorten_visibility(&mut self) {
        let Some(visibility) = self.visibility else {
            return;
        };
        let polled = self.stack.polled();
        for queue in &mut self.stack.queues {
            if polled.contains(&queue.name) {
                queue.visibility = visibility;
            }
        }
    }

    pub(crate) fn database_port(&self) -> Result<u16, Error> {
        self.port_above(DATABASE_OFFSET)
    }

    pub(crate) fn queues_port(&self) -> Result<u16, Error> {
        self.port_above(QUEUES_OFFSET)
    }

    fn port_above(&self, offset: u16) -> Result<u16, Error> {
        match self.port {
            0 => Ok(0),
            port => port.checked_add(offset).ok_or(Error::PortTooHigh(port)),
        }
    }
}

/// How a function's process is started: `program arguments… name`.
///
/// The process gets a pipe as standard input that nothing is written to. It has to exit when that
/// reaches its end: then it can't outlive the sandbox, however that ends.
#[derive(Debug, Clone)]
pub struct Launcher {
    /// The program, usually the running one.
    pub program: PathBuf,
    /// Arguments before the function's name.
    pub arguments: Vec<OsString>,
}

/// Is given a function's name and a line it wrote.
pub type SeeLine = dyn Fn(&str, &str) + Send + Sync;

/// Who gets to see what the functions write. With a data directory each function's output also goes
/// whole to a file of its own in `logs/`.
#[derive(Clone)]
pub enum LogSink {
    /// Nobody.
    Discard,
    /// Standard error: warnings, errors, and what isn't a structured log line (a panic), each line
    /// behind the function's name.
    Stderr,
    /// A callback that gets every line.
    Each(Arc<SeeLine>),
}

impl std::fmt::Debug for LogSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LogSink::Discard => "Discard",
            LogSink::Stderr => "Stderr",
            LogSink::Each(_) => "Each",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_port(port: u16) -> Options {
        let stack = Stack {
            functions: Default::default(),
            routes: Vec::new(),
            queues: Vec::new(),
            tables: Vec::new(),
        };
        let launcher = Launcher {
            program: PathBuf::from("true"),
            arguments: Vec::new(),
        };
        Options {
            port,
            ..Options::new(stack, launcher)
        }
    }

    #[test]
    fn ports_follow_the_fronts_unless_all_are_free_ones() {
        assert_eq!(with_port(4000).database_port().unwrap(), 4003);
        assert_eq!(with_port(4000).queues_port().unwrap(), 4004);
        assert_eq!(with_port(0).queues_port().unwrap(), 0);
    }

    #[test]
    fn a_port_with_no_room_above_is_refused_by_flag() {
        let error = with_port(65533).queues_port().unwrap_err().to_string();
        assert!(error.contains("--port 65533"), "{error}");
    }
}
