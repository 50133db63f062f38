//! `feirante apply`: checks a seller file whole and puts it in force.

use std::path::PathBuf;
use std::time::Duration;

use feirante_seller::settings::Settings;
use feirante_store::settings::Edition;
use feirante_store::{Budget, SettingsTable};

use crate::failure::Failure;
use crate::fixture::{in_seller_file, text_of};
use crate::system::signed_in;
use crate::{endpoint, output};

/// How long the database may take.
const TIME: Duration = Duration::from_secs(10);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The seller file.
    #[arg(default_value = "seller.toml")]
    file: PathBuf,
    /// Name of the settings table, an output of the deployed stack. Without it, that of the stack
    /// `feirante`, or of the sandbox where --dynamodb is given.
    #[arg(long)]
    table: Option<String>,
    /// URL of the database, for one that is not AWS's: the sandbox's, for instance.
    #[arg(long, value_name = "URL", value_parser = endpoint::parse)]
    dynamodb: Option<String>,
    /// Only checks the file.
    #[arg(long)]
    check: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments {
        file,
        table,
        dynamodb,
        check,
    } = arguments;
    let text = text_of(&file)?;
    let settings = Settings::parse(&text).map_err(|mistakes| {
        Failure::Input(
            mistakes
                .iter()
                .map(|mistake| in_seller_file(&file, mistake))
                .collect(),
        )
    })?;
    if check {
        output::line(format_args!("{} is in order", file.display()));
        return Ok(());
    }
    let (client, table, place) = match dynamodb {
        Some(url) => {
            let table = table.unwrap_or_else(|| "settings".to_owned());
            let place = format!("table {table} at {url}");
            (feirante_sandbox::dynamodb_client(&url), table, place)
        }
        None => {
            warn_of_guessable_keys(&settings);
            let table = table.unwrap_or_else(|| "feirante-settings".to_owned());
            let place = format!("table {table} (AWS_PROFILE, AWS_REGION and --table say which)");
            (
                aws_sdk_dynamodb::Client::new(&signed_in().await),
                table,
                place,
            )
        }
    };
    let version = SettingsTable::new(client, &table)
        .apply(&settings, Budget::of(TIME))
        .await
        .map_err(|error| Failure::system(&format!("{place} can't be written"), &error))?;
    output::line(format_args!(
        "{} is in force as version {version} (table {table}); functions take it up within a minute",
        file.display()
    ));
    Ok(())
}

/// The path key is what keeps strangers out; the fixture's is known to everyone.
fn warn_of_guessable_keys(settings: &Settings) {
    const GUESSABLE: usize = 16;
    for marketplace in &settings.marketplaces {
        if marketplace.key.expose().len() < GUESSABLE {
            eprintln!(
                "warning: the key of {} can be guessed: take one of {GUESSABLE} characters or more",
                marketplace.account
            );
        }
    }
}

/// What is in force, if anything is.
pub(crate) async fn in_force(table: &SettingsTable) -> Result<Option<Edition>, Failure> {
    table
        .load(Budget::of(TIME))
        .await
        .map_err(|error| Failure::system("the settings can't be read", &error))
}

/// Puts `settings` in force and says as which version.
pub(crate) async fn put_in_force(
    table: &SettingsTable,
    settings: &Settings,
) -> Result<i64, Failure> {
    table
        .apply(settings, Budget::of(TIME))
        .await
        .map_err(|error| Failure::system("the settings can't be written", &error))
}
