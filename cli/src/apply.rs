//! `feirante apply`: checks a seller file whole, shows what would change, and puts it in force.

mod difference;
mod history;
mod report;
mod rows;

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use feirante_models::Instant;
use feirante_seller::settings::{Settings, Source};
use feirante_store::settings::{Applied, Draft, Edition, KeptEdition};
use feirante_store::{Budget, SettingsTable};

use crate::failure::Failure;
use crate::output;
use crate::seller_file::SellerFile;
use crate::system::System;

use difference::{Content, Difference};

/// How long the database may take.
const TIME: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The seller file.
    #[arg(default_value = "seller.toml")]
    file: PathBuf,
    /// Name of the settings table, an output of the deployed stack. Without it, that of the stack
    /// `feirante`, or of the sandbox where --dynamodb or --sandbox is given.
    #[arg(long)]
    table: Option<String>,
    /// Only checks the file.
    #[arg(long)]
    check: bool,
    /// Applies without asking. Where nobody can be asked, in a script, it is not asked anyway.
    #[arg(long, short)]
    yes: bool,
    /// Puts an earlier edition in force again: the one before, or the one of this version.
    #[arg(long, value_name = "VERSION", num_args = 0..=1, conflicts_with_all = ["file", "check"])]
    rollback: Option<Option<i64>>,
    /// Lists the editions that are kept.
    #[arg(long, conflicts_with_all = ["file", "check", "rollback", "yes"])]
    history: bool,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.history || arguments.rollback.is_some() {
        let place = Place::of(&arguments).await;
        return match arguments.rollback {
            Some(version) => roll_back(&arguments, &place, version).await,
            None => history::list(&place, arguments.json).await,
        };
    }
    let file = SellerFile::read(&arguments.file)?;
    let name = arguments.file.display().to_string();
    if arguments.check {
        if arguments.json {
            output::json(&serde_json::json!({ "inOrder": true }));
        } else {
            output::line(format_args!("{name} is in order"));
        }
        return Ok(());
    }
    if !arguments.system.is_local() {
        warn_of_guessable_keys(&file.settings);
    }
    let place = Place::of(&arguments).await;
    let before = place.in_force().await?;
    let new = New {
        name: &name,
        settings: &file.settings,
        source: Some(&file.source),
        restores: None,
    };
    change(&arguments, &place, before.as_ref(), &new).await
}

/// Puts an earlier edition in force again.
async fn roll_back(
    arguments: &Arguments,
    place: &Place,
    version: Option<i64>,
) -> Result<(), Failure> {
    let before = place.in_force().await?;
    let version = match version {
        Some(version) => version,
        None => history::before(place).await?,
    };
    let edition = place.edition(version).await?;
    let name = format!("version {version}");
    let new = New {
        name: &name,
        settings: &edition.settings,
        source: edition.source.as_ref(),
        restores: Some(version),
    };
    change(arguments, place, before.as_ref(), &new).await
}

/// What is to be put in force.
struct New<'a> {
    /// What it is called to people.
    name: &'a str,
    settings: &'a Settings,
    source: Option<&'a Source>,
    restores: Option<i64>,
}

/// Shows what would change, asks, and puts it in force.
async fn change(
    arguments: &Arguments,
    place: &Place,
    before: Option<&KeptEdition>,
    new: &New<'_>,
) -> Result<(), Failure> {
    let in_force = before.map(|edition| Content {
        settings: &edition.settings,
        source: edition.source.as_ref(),
    });
    let content = Content {
        settings: new.settings,
        source: new.source,
    };
    let difference = Difference::between(in_force.as_ref(), &content)?;
    if let Some(before) = before
        && before.settings == *new.settings
        && before.source.as_ref() == new.source
    {
        let version = before.version;
        if arguments.json {
            output::json(&report::json(&difference, version, false));
        } else {
            let name = new.name;
            output::line(format_args!(
                "{name} is in force already, as version {version}"
            ));
        }
        return Ok(());
    }
    if !arguments.json {
        report::print(&difference, before.map(|before| before.version));
    }
    if !arguments.yes && !arguments.json && !agreed()? {
        return Err(Failure::System("nothing was changed".to_owned()));
    }
    let read = before.map_or(0, |before| before.version);
    let version = place.put(read, new).await?;
    if arguments.json {
        output::json(&report::json(&difference, version, true));
    } else {
        output::line(format_args!(
            "{} is in force as version {version} ({}); functions take it up within a minute",
            new.name, place.table_name
        ));
    }
    Ok(())
}

/// Asks whether to go on, if there is somebody to ask.
fn agreed() -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() || !std::io::stdout().is_terminal() {
        return Ok(true);
    }
    let failed = |error| Failure::system("the answer can't be read", &error);
    let mut out = std::io::stdout();
    out.write_all(b"Put this in force? [y/N] ")
        .map_err(failed)?;
    out.flush().map_err(failed)?;
    let mut answer = String::new();
    input.lock().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// The settings of a system.
struct Place {
    table: SettingsTable,
    table_name: String,
    /// Where it is, for people.
    words: String,
}

impl Place {
    async fn of(arguments: &Arguments) -> Self {
        let (table, words) = arguments.system.settings_in(arguments.table.clone()).await;
        // Its first two words, `table NAME`.
        let table_name = words.split(' ').take(2).collect::<Vec<_>>().join(" ");
        Self {
            table,
            table_name,
            words,
        }
    }

    async fn in_force(&self) -> Result<Option<KeptEdition>, Failure> {
        let read = self.table.in_force(Budget::of(TIME)).await;
        read.map_err(|error| self.failed("read", &error))
    }

    async fn edition(&self, version: i64) -> Result<KeptEdition, Failure> {
        let read = self.table.edition(version, Budget::of(TIME)).await;
        read.map_err(|error| self.failed("read", &error))?
            .ok_or_else(|| {
                Failure::input(format!(
                    "version {version} is not kept: --history lists those that are"
                ))
            })
    }

    /// Puts `new` in force over the edition `read`, and says as which version.
    async fn put(&self, read: i64, new: &New<'_>) -> Result<i64, Failure> {
        let draft = Draft {
            settings: new.settings,
            source: new.source,
            restores: new.restores,
            at: Instant::now(),
        };
        let applied = self.table.apply_over(read, draft, Budget::of(TIME)).await;
        match applied.map_err(|error| self.failed("written", &error))? {
            Applied::As(version) => Ok(version),
            Applied::Overtaken(now) => Err(Failure::System(format!(
                "nothing was changed: version {now} came in force meanwhile. See what it changed, \
                 and apply again"
            ))),
        }
    }

    fn failed(&self, what: &str, error: &dyn std::error::Error) -> Failure {
        Failure::system(&format!("{} can't be {what}", self.words), error)
    }
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

/// Puts `settings` in force, whatever is; they may be made from `source`, or from it and more.
pub(crate) async fn put_in_force(
    table: &SettingsTable,
    settings: &Settings,
    source: &Source,
) -> Result<(), Failure> {
    let failed = |error| Failure::system("the settings can't be written", &error);
    let made_from = Settings::parse_with(&source.text, source);
    let draft = Draft {
        settings,
        source: Some(source).filter(|_| made_from.as_ref() == Ok(settings)),
        restores: None,
        at: Instant::now(),
    };
    let budget = Budget::of(TIME);
    let mut read = 0;
    loop {
        match table
            .apply_over(read, draft, budget)
            .await
            .map_err(failed)?
        {
            Applied::As(_) => return Ok(()),
            Applied::Overtaken(now) => read = now,
        }
    }
}
