//! `feirante simulate`: what a marketplace would be told of a cart, and why.
//!
//! It is the computation of the endpoint, over the same offers and settings.

mod words;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use feirante_models::simulation::{RequestedItem, SimulationRequest};
use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::offer::Offer;
use feirante_seller::settings::{Marketplace, Settings};
use feirante_seller::shipping::limited_methods;
use feirante_seller::simulate::simulate;
use feirante_store::Budget;
use serde_json::{Value, json};

use crate::apply::in_force;
use crate::failure::Failure;
use crate::output;
use crate::seller_file::SellerFile;
use crate::system::{System, account};

/// How long the database may take.
const TIME: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cart: a SKU, or SKU=QUANTITY.
    #[arg(required = true, value_name = "SKU=QUANTITY", value_parser = line)]
    cart: Vec<Line>,
    /// The postal code it goes to; without it only prices and stock are told.
    #[arg(long, value_name = "POSTAL CODE")]
    to: Option<String>,
    /// The country it goes to [default: that of the seller file].
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// The marketplace that asks [default: the only one of the seller file].
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
    /// Its sales channel [default: the first one the seller sells to].
    #[arg(long, value_name = "CHANNEL")]
    sales_channel: Option<String>,
    /// Goes by this seller file instead of the one in force: to try it before it is applied.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// One JSON document: `response` is what the marketplace would be told, `lines` is why.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

/// A line of the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    sku: String,
    quantity: u32,
}

/// `SKU=2`, or `SKU` for one. A code may hold `=` itself: only a number behind the last one counts.
fn line(text: &str) -> Result<Line, String> {
    let (sku, quantity) = match text.rsplit_once('=') {
        Some((sku, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            let quantity = digits.parse().map_err(|_| "is too many".to_owned())?;
            (sku, quantity)
        }
        _ => (text, 1),
    };
    SkuId::parse(sku).map_err(|error| error.to_string())?;
    Ok(Line {
        sku: sku.to_owned(),
        quantity,
    })
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let settings = settings(&arguments).await?;
    let marketplace = marketplace(&arguments, &settings)?;
    let request = request(&arguments, &settings, marketplace)?;
    let destination = request.destination();
    let limited = destination.map(|to| limited_methods(&settings, &to));
    let table = arguments.system.offers().await;
    let (offers, windows) = table
        .read_with_windows(
            &request.skus(),
            &limited.unwrap_or_default(),
            Budget::of(TIME),
        )
        .await
        .map_err(|error| Failure::system("the offers can't be read", &error))?;
    let windows = windows.unwrap_or_default();
    let now = Instant::now();
    let simulated = simulate(&settings, marketplace, &request, &offers, &windows, now);
    let answered = words::Answered {
        settings: &settings,
        request: &request,
        simulated: &simulated,
    };
    let left_out: Vec<_> = request
        .items
        .iter()
        .enumerate()
        .filter(|(index, _)| !simulated.lines.iter().any(|line| line.index == *index))
        .map(|(_, item)| (item, left_out(item, &offers, marketplace, &request)))
        .collect();
    if arguments.json {
        let mut lines: Vec<Value> = (0..simulated.lines.len())
            .filter_map(|position| answered.json(position))
            .collect();
        let left_out = left_out.iter();
        lines.extend(left_out.map(|(item, why)| json!({ "sku": item.id, "leftOut": why })));
        output::json(&json!({ "response": simulated.response, "lines": lines }));
        return Ok(());
    }
    for position in 0..simulated.lines.len() {
        answered.print(position);
    }
    for (item, why) in left_out {
        output::line(format_args!("{}: is not sold: {why}", item.id));
    }
    Ok(())
}

async fn settings(arguments: &Arguments) -> Result<Settings, Failure> {
    if let Some(file) = &arguments.file {
        return SellerFile::read(file).map(|file| file.settings);
    }
    let edition = in_force(&arguments.system.settings().await).await?;
    let missing = || Failure::System("no seller file was applied yet".to_owned());
    Ok(edition.ok_or_else(missing)?.settings)
}

fn marketplace<'a>(
    arguments: &Arguments,
    settings: &'a Settings,
) -> Result<&'a Marketplace, Failure> {
    let known = || {
        let accounts = settings.marketplaces.iter();
        let accounts: Vec<_> = accounts.map(|one| one.account.to_string()).collect();
        accounts.join(", ")
    };
    match (&arguments.marketplace, settings.marketplaces.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(Failure::input(format!(
            "--marketplace is missing: there are {}",
            known()
        ))),
        (Some(account), all) => all
            .iter()
            .find(|one| one.account == *account)
            .ok_or_else(|| {
                Failure::input(format!(
                    "--marketplace {account}: there are only {}",
                    known()
                ))
            }),
    }
}

/// What the marketplace would send, read as the endpoint reads it.
fn request(
    arguments: &Arguments,
    settings: &Settings,
    marketplace: &Marketplace,
) -> Result<SimulationRequest, Failure> {
    let items = arguments.cart.iter().map(|line| {
        json!({ "id": line.sku, "quantity": line.quantity, "seller": marketplace.seller_id })
    });
    let country = settings.shipping.default_country;
    let country = country.or_else(|| settings.seller.ships_to.first().copied());
    let body = json!({
        "items": items.collect::<Vec<_>>(),
        "postalCode": arguments.to,
        "country": arguments.country,
        "sc": arguments.sales_channel,
    });
    SimulationRequest::read(body.to_string().as_bytes(), "", country)
        .map_err(|problem| Failure::input(problem.message))
}

/// Why a line is not answered.
fn left_out(
    item: &RequestedItem,
    offers: &HashMap<SkuId, Offer>,
    marketplace: &Marketplace,
    request: &SimulationRequest,
) -> String {
    let offer = item.sku.as_ref().and_then(|sku| offers.get(sku));
    let named = request.sales_channel.as_deref();
    match (offer, marketplace.sales_channel(named)) {
        (None, _) => "the ERP has not told of it".to_owned(),
        (Some(offer), _) if !offer.active => "the ERP says that it is not active".to_owned(),
        (_, None) => format!(
            "{} has no sales channel {} that the seller sells to",
            marketplace.account,
            named.unwrap_or_default()
        ),
        (_, Some(channel)) => format!(
            "it has no price now for sales channel {channel} of {}",
            marketplace.account
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_cart_is_a_sku_and_how_many() {
        let read = |text| line(text).map(|line| (line.sku, line.quantity));
        assert_eq!(read("2000037=2"), Ok(("2000037".to_owned(), 2)));
        assert_eq!(read("2000037"), Ok(("2000037".to_owned(), 1)));
        assert_eq!(read("size=L=3"), Ok(("size=L".to_owned(), 3)));
        assert_eq!(read("size=L"), Ok(("size=L".to_owned(), 1)));
        assert_eq!(read("a=99999999999"), Err("is too many".to_owned()));
        assert!(read("=2").is_err());
    }
}
