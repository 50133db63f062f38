//! Which system a command looks at: a deployed stack, or a sandbox.

use aws_config::BehaviorVersion;
use feirante_models::AccountName;
use feirante_models::ids::InvalidId;
use feirante_store::{Accounts, Listings, Offers, Orders, SettingsTable};

use crate::endpoint;
use crate::failure::Failure;

/// The name `sam deploy` proposes.
const STACK: &str = "feirante";

/// The sandbox's usual port; its database and its queues listen that far above it.
const SANDBOX_PORT: u16 = 3000;
const DYNAMODB_ABOVE: u16 = 3;
const SQS_ABOVE: u16 = 4;

/// Which system.
#[derive(Debug, clap::Args)]
pub(crate) struct System {
    /// Name of the deployed stack [default: feirante]. Region and credentials are the usual ones of
    /// AWS: AWS_PROFILE, AWS_REGION and so on.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["sandbox", "dynamodb", "sqs"])]
    stack: Option<String>,
    /// The sandbox on this machine, by its port.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "3000")]
    sandbox: Option<u16>,
    /// URL of a sandbox's database.
    #[arg(long, value_name = "URL", value_parser = endpoint::parse)]
    dynamodb: Option<String>,
    /// URL of a sandbox's queues.
    #[arg(long, value_name = "URL", value_parser = endpoint::parse)]
    sqs: Option<String>,
}

impl System {
    /// Its offers.
    pub(crate) async fn offers(&self) -> Offers {
        Offers::new(self.dynamodb().await, self.name_of("offers"))
    }

    /// Its orders.
    pub(crate) async fn orders(&self) -> Orders {
        Orders::new(self.dynamodb().await, self.name_of("orders"))
    }

    /// Where its SKUs stand at the marketplaces.
    pub(crate) async fn listings(&self) -> Listings {
        Listings::new(self.dynamodb().await, self.name_of("listings"))
    }

    /// What is known of each marketplace's account.
    pub(crate) async fn accounts(&self) -> Accounts {
        Accounts::new(self.dynamodb().await, self.name_of("accounts"))
    }

    /// Its seller file.
    pub(crate) async fn settings(&self) -> SettingsTable {
        SettingsTable::new(self.dynamodb().await, self.name_of("settings"))
    }

    /// Its settings, in `table` if it is not the usual one; and where that is, for people.
    pub(crate) async fn settings_in(&self, table: Option<String>) -> (SettingsTable, String) {
        let table = table.unwrap_or_else(|| self.name_of("settings"));
        let place = match self.local(self.dynamodb.as_deref(), DYNAMODB_ABOVE) {
            Some(url) => format!("table {table} at {url}"),
            None => format!("table {table} (AWS_PROFILE, AWS_REGION and --table say which)"),
        };
        (SettingsTable::new(self.dynamodb().await, table), place)
    }

    /// Its queues' server.
    pub(crate) async fn queues(&self) -> aws_sdk_sqs::Client {
        match self.local(self.sqs.as_deref(), SQS_ABOVE) {
            Some(url) => feirante_sandbox::sqs_client(&url),
            None => aws_sdk_sqs::Client::new(&signed_in().await),
        }
    }

    /// The URL of its queue of this name.
    ///
    /// # Errors
    /// When it has none, or does not answer.
    pub(crate) async fn queue_url(
        &self,
        client: &aws_sdk_sqs::Client,
        name: &str,
    ) -> Result<String, Failure> {
        let name = self.name_of(name);
        let found = client.get_queue_url().queue_name(&name).send().await;
        let missing = || Failure::input(format!("there is no queue {name}"));
        match found {
            Ok(found) => found.queue_url.ok_or_else(missing),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_queue_does_not_exist()) =>
            {
                Err(missing())
            }
            Err(error) => Err(Failure::system(&format!("queue {name}"), &error)),
        }
    }

    /// A deployed stack's names begin with its own.
    fn name_of(&self, short: &str) -> String {
        if self.is_local() {
            short.to_owned()
        } else {
            format!("{}-{short}", self.stack.as_deref().unwrap_or(STACK))
        }
    }

    /// Whether it is a sandbox.
    pub(crate) fn is_local(&self) -> bool {
        self.sandbox.is_some() || self.dynamodb.is_some() || self.sqs.is_some()
    }

    async fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        match self.local(self.dynamodb.as_deref(), DYNAMODB_ABOVE) {
            Some(url) => feirante_sandbox::dynamodb_client(&url),
            None => aws_sdk_dynamodb::Client::new(&signed_in().await),
        }
    }

    fn local(&self, url: Option<&str>, above: u16) -> Option<String> {
        let port = |port: u16| format!("http://127.0.0.1:{}", port.saturating_add(above));
        match url {
            Some(url) => Some(url.to_owned()),
            None if self.is_local() => Some(port(self.sandbox.unwrap_or(SANDBOX_PORT))),
            None => None,
        }
    }
}

/// Takes the account of a marketplace, as a flag has it.
pub(crate) fn account(text: &str) -> Result<AccountName, InvalidId> {
    AccountName::parse(text)
}

/// The AWS account that `AWS_PROFILE` and `AWS_REGION` name. A person waits longer than a function
/// may, and may be far away: the client's own time-outs and repeats hold.
pub(crate) async fn signed_in() -> aws_config::SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(feirante_lambda::sdk::https())
        .load()
        .await
}
