//! What functions need around them: database and queues, in a process of their own, so that what they
//! take is not counted as anybody else's.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use aws_sdk_dynamodb::Client;
use feirante_sandbox::{Launcher, Options, Sandbox, template};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// Where everything is, and what the functions are told of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) dynamodb: String,
    pub(crate) sqs: String,
    pub(crate) tables: BTreeMap<String, String>,
    /// The variables of each function.
    pub(crate) variables: BTreeMap<String, BTreeMap<String, String>>,
}

impl Place {
    /// The name of the table that the template knows as `name`.
    pub(crate) fn table(&self, name: &str) -> Result<String, Failure> {
        let found = self.tables.get(name).cloned();
        found.ok_or_else(|| format!("the template has no table {name}").into())
    }

    pub(crate) fn client(&self) -> Client {
        feirante_sandbox::dynamodb_client(&self.dynamodb)
    }
}

/// The process; it ends with this value, or with ours.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) place: Place,
    process: Child,
    _held: Option<ChildStdin>,
}

impl Stand {
    /// Starts it, with all tables empty.
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("stand")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let held = process.stdin.take();
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let place = serde_json::from_str(&line)
            .map_err(|error| format!("database and queues did not start: {error}"))?;
        Ok(Self {
            place,
            process,
            _held: held,
        })
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The process's own part: says where everything is, and stays until standard input ends.
pub(crate) async fn serve() -> Result<(), Failure> {
    let stack = template::read(template::TEMPLATE)?;
    let functions: Vec<String> = stack.functions.keys().cloned().collect();
    let nothing = Launcher {
        program: std::env::current_exe()?,
        arguments: Vec::new(),
    };
    let options = Options {
        port: 0,
        ..Options::new(stack, nothing)
    };
    let prepared = Sandbox::prepare(options).await?;
    let variables = functions.into_iter().map(|function| {
        let variables = prepared.variables(&function)?;
        Ok((function, variables))
    });
    let place = Place {
        dynamodb: prepared.addresses().dynamodb.clone(),
        sqs: prepared.addresses().sqs.clone(),
        tables: prepared.addresses().tables.clone(),
        variables: variables.collect::<Result<_, feirante_sandbox::Error>>()?,
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(&place)?)?;
    out.flush()?;
    let waited =
        tokio::task::spawn_blocking(|| std::io::stdin().lock().read_to_end(&mut Vec::new()));
    waited.await??;
    Ok(())
}
