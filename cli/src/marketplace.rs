//! `feirante marketplace`: the sandbox's marketplace alone, for a seller that runs elsewhere on this
//! machine, such as a stack that is deployed on an emulator of AWS.

use std::collections::BTreeMap;
use std::path::PathBuf;

use feirante_sandbox_marketplace::{Options, Running};
use feirante_seller::settings::{Marketplace, Outbound};
use serde::Serialize;

use crate::failure::Failure;
use crate::sandbox::{beside, ended};
use crate::seller_file::SellerFile;
use crate::{endpoint, logs, output, ready};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The seller file: the marketplace gets its accounts, and calls them as it says.
    #[arg(default_value = "seller.toml")]
    file: PathBuf,
    /// URL of the seller's API; the calls for an account go to URL/m/KEY.
    #[arg(long, value_name = "URL", value_parser = endpoint::parse)]
    api: String,
    /// Port of the marketplace. 0 picks a free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Written once it answers: where it is, and what the seller file has to say of each account, as
    /// JSON.
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
}

/// What the file of `--ready` says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    /// The marketplace's URL; its control API is below `/control`.
    marketplace: &'a str,
    accounts: BTreeMap<&'a str, Account<'a>>,
}

/// One account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    /// Where it calls the seller.
    base: String,
    /// `[marketplaces.endpoints]` of a seller file that sends its calls here.
    endpoints: Endpoints<'a>,
    /// What the seller's calls have to carry, as a parameter of `[marketplaces.outbound]` holds it.
    outbound: Option<Keys<'a>>,
}

#[derive(Debug, Serialize)]
struct Endpoints<'a> {
    api: &'a str,
    suggestions: &'a str,
    services: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Keys<'a> {
    app_key: &'a str,
    app_token: &'a str,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    logs::start()?;
    // Before anything starts, so that a signal during the start is not lost.
    let ended = ended()?;
    let sellers = SellerFile::read(&arguments.file)?.settings;
    if let Some(file) = &arguments.ready {
        ready::can_be_written(file)?;
    }
    let options = Options {
        port: arguments.port,
        ..Options::new(Vec::new())
    };
    let api = arguments.api.trim_end_matches('/');
    let (running, settings) = beside::start(options, &sellers, api, None).await?;
    let told = Told::of(&running, &settings.marketplaces, api);
    output::line(format_args!(
        "the marketplace is up at {}; Ctrl-C ends it\n",
        told.marketplace
    ));
    for (account, one) in &told.accounts {
        let (base, endpoint) = (&one.base, one.endpoints.api);
        output::line(format_args!(
            "  {account:<9}  calls {base}, is called at {endpoint}"
        ));
    }
    if let Some(file) = &arguments.ready {
        ready::write(file, &told)?;
    }
    ended.await;
    running.stop().await;
    Ok(())
}

impl<'a> Told<'a> {
    /// What is to be said of a marketplace with these accounts, whose seller is at `api`.
    fn of(running: &'a Running, marketplaces: &'a [Marketplace], api: &str) -> Self {
        let accounts = marketplaces.iter().map(|one| {
            let account = Account {
                base: format!("{api}/m/{}", one.key.expose()),
                endpoints: Endpoints {
                    api: &one.endpoints.api,
                    suggestions: &one.endpoints.suggestions,
                    services: &one.endpoints.services,
                },
                outbound: one.outbound.as_ref().and_then(Keys::of),
            };
            (one.account.as_str(), account)
        });
        Self {
            marketplace: running.url(),
            accounts: accounts.collect(),
        }
    }
}

impl<'a> Keys<'a> {
    fn of(outbound: &'a Outbound) -> Option<Self> {
        match outbound {
            Outbound::Keys { app_key, app_token } => Some(Self {
                app_key,
                app_token: app_token.expose(),
            }),
            Outbound::Parameter(_) => None,
        }
    }
}
