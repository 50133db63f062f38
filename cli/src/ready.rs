//! The ready file: where everything is, for programs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use feirante_sandbox::{Addresses, REGION};
use feirante_seller::settings::Settings;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::seller_file::text_of;

/// What the ready file says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// The API Gateway's URL.
    pub api: String,
    /// The base URL of each marketplace, by account.
    pub bases: BTreeMap<String, String>,
    /// The sandbox's marketplace, where it runs.
    pub marketplace: Option<String>,
    /// Its page, where it runs.
    pub console: Option<String>,
    /// The database's URL.
    pub dynamodb: String,
    /// The queue server's URL.
    pub sqs: String,
    /// What region clients name.
    pub region: String,
    /// Names of the tables.
    pub tables: BTreeMap<String, String>,
    /// URLs of the queues.
    pub queues: BTreeMap<String, String>,
    /// URLs of their dead letters.
    pub dead_letters: BTreeMap<String, String>,
    /// Where functions can be invoked, if it is a deployed stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<Lambda>,
}

/// The functions of a deployed stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lambda {
    /// The URL of the Lambda service.
    pub url: String,
    /// The functions' names there, by their crates': `expire-reservations`.
    pub functions: BTreeMap<String, String>,
}

const TABLES: [&str; 5] = ["offers", "orders", "listings", "accounts", "settings"];

/// What programs call the queues, and what they are called.
const QUEUES: [(&str, &str); 7] = [
    ("offers", "erp-offers"),
    ("invoices", "erp-invoices"),
    ("tracking", "erp-tracking"),
    ("cancellations", "erp-cancellations"),
    ("agreements", "agreements"),
    ("notifications", "notifications"),
    ("orders", "erp-orders.fifo"),
];

impl Ready {
    /// What is to be said of a sandbox, with its marketplace at that URL.
    pub(crate) fn of(
        addresses: &Addresses,
        settings: &Settings,
        marketplace: Option<String>,
    ) -> Result<Self, Failure> {
        let table = |name: &str| Ok((name.to_owned(), found(addresses.tables.get(name), name)?));
        let queue = |(short, name): (&str, &str)| {
            let url = found(addresses.queues.get(name), name)?;
            Ok((short.to_owned(), url))
        };
        let dead = |(short, name): (&str, &str)| {
            let name = format!("{name}-dead");
            let url = found(addresses.queues.get(&name), &name)?;
            Ok((short.to_owned(), url))
        };
        let (inward, _outward) = QUEUES.split_at(QUEUES.len() - 1);
        Ok(Self {
            api: addresses.api.clone(),
            bases: settings
                .marketplaces
                .iter()
                .map(|one| {
                    (
                        one.account.to_string(),
                        format!("{}/m/{}", addresses.api, one.key.expose()),
                    )
                })
                .collect(),
            marketplace,
            console: None,
            dynamodb: addresses.dynamodb.clone(),
            sqs: addresses.sqs.clone(),
            region: REGION.to_owned(),
            tables: TABLES
                .into_iter()
                .map(table)
                .collect::<Result<_, Failure>>()?,
            queues: QUEUES
                .into_iter()
                .map(queue)
                .collect::<Result<_, Failure>>()?,
            dead_letters: inward
                .iter()
                .copied()
                .map(dead)
                .collect::<Result<_, Failure>>()?,
            lambda: None,
        })
    }

    /// Reads the file that a system was described in.
    ///
    /// # Errors
    /// Names the file, and what it lacks.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        serde_json::from_str(&text_of(file)?)
            .map_err(|error| Failure::wrong_input(&file.display().to_string(), &error))
    }
}

/// Writes what is ready in one step: who waits for the file never reads half of it.
pub(crate) fn write(file: &Path, what: &impl Serialize) -> Result<(), Failure> {
    let failed = |error: &dyn std::error::Error| {
        Failure::system(
            &format!("{} (set by --ready) can't be written", file.display()),
            error,
        )
    };
    let mut new =
        tempfile::NamedTempFile::new_in(directory_of(file)).map_err(|error| failed(&error))?;
    let json = serde_json::to_string_pretty(what).map_err(|error| failed(&error))?;
    writeln!(new, "{json}").map_err(|error| failed(&error))?;
    new.persist(file).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Whether there is a place for the file: known before anything starts, not after.
///
/// # Errors
/// Names the flag and what is in the way.
pub(crate) fn can_be_written(file: &Path) -> Result<(), Failure> {
    let wrong = |why: String| Failure::input(format!("--ready {}: {why}", file.display()));
    let directory = directory_of(file);
    if !directory.is_dir() {
        return Err(wrong(format!("{} is no directory", directory.display())));
    }
    if file.is_dir() || file.file_name().is_none() {
        return Err(wrong("names a directory, not a file".to_owned()));
    }
    Ok(())
}

fn directory_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

pub(crate) fn found(address: Option<&String>, name: &str) -> Result<String, Failure> {
    address
        .cloned()
        .ok_or_else(|| Failure::System(format!("template.yaml has no {name}")))
}
