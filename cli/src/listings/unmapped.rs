//! `feirante listings --unmapped`: names of the seller's that marketplaces are not known to have.

mod census;

use feirante_models::{AccountName, Instant};
use feirante_seller::mapping::{Name, Unmapped};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::Budget;
use serde::Serialize;

use super::{Arguments, TIME};
use crate::apply::in_force;
use crate::export::out::{Out, Style};
use crate::failure::Failure;
use crate::output;
use crate::seller_file::SellerFile;
use crate::table::Table;
use census::Census;

/// The columns of a mapping file, and how many SKUs have the name.
const COLUMNS: [&str; 5] = ["kind", "from", "to", "specification", "skus"];

/// A name, for programs.
#[derive(Debug, Serialize)]
struct Row<'a> {
    marketplace: &'a AccountName,
    #[serde(flatten)]
    name: &'a Name,
    /// SKUs sold there that have it.
    skus: u64,
}

pub(super) async fn list(arguments: &Arguments) -> Result<(), Failure> {
    let settings = arguments.settings().await?;
    let marketplaces = arguments.marketplaces(&settings)?;
    let mut counted: Vec<_> = marketplaces
        .into_iter()
        .map(|marketplace| (marketplace, Census::default()))
        .collect();
    arguments.count(&mut counted).await?;
    if arguments.csv {
        for (_, census) in &counted {
            csv(census, arguments.delimiter.unwrap_or(b','))?;
        }
    } else if arguments.json {
        output::json(&rows(&counted).collect::<Vec<_>>());
    } else {
        print(&counted);
    }
    Ok(())
}

impl Arguments {
    async fn settings(&self) -> Result<Settings, Failure> {
        if let Some(file) = &self.file {
            return Ok(SellerFile::read(file)?.settings);
        }
        let edition = in_force(&self.system.settings().await).await?;
        edition.map(|edition| edition.settings).ok_or_else(|| {
            Failure::input("no seller file is in force: apply one, or name it by --file")
        })
    }

    fn marketplaces<'s>(&self, settings: &'s Settings) -> Result<Vec<&'s Marketplace>, Failure> {
        let all = settings.marketplaces.iter();
        let found: Vec<_> = match &self.marketplace {
            None => all.collect(),
            Some(account) => all.filter(|one| one.account == *account).collect(),
        };
        match (&found[..], &self.marketplace) {
            ([], Some(account)) => Err(Failure::input(format!(
                "--marketplace: the seller file names no marketplace {account}"
            ))),
            ([_, _, ..], _) if self.csv => Err(Failure::input(
                "--csv: each marketplace has a mapping of its own; name one by --marketplace",
            )),
            _ => Ok(found),
        }
    }

    /// Reads all SKUs, page by page: what is kept of them are their names.
    async fn count(&self, counted: &mut [(&Marketplace, Census)]) -> Result<(), Failure> {
        let offers = self.system.offers().await;
        let now = Instant::now();
        let mut page = None;
        loop {
            let read = offers.all_products(page, Budget::of(TIME)).await;
            let (products, next) =
                read.map_err(|error| Failure::system("the offers can't be read", &error))?;
            for product in &products {
                let Some(catalog) = &product.catalog else {
                    continue;
                };
                let sells = |marketplace: &Marketplace| product.is_sold(marketplace, now);
                let selling = counted.iter_mut().filter(|(one, _)| sells(one));
                for (marketplace, census) in selling {
                    census.count(&marketplace.mapping, catalog);
                }
            }
            page = next;
            if page.is_none() {
                return Ok(());
            }
        }
    }
}

fn rows<'a>(counted: &'a [(&Marketplace, Census)]) -> impl Iterator<Item = Row<'a>> {
    counted.iter().flat_map(|(marketplace, census)| {
        census.names().into_iter().map(move |(name, skus)| Row {
            marketplace: &marketplace.account,
            name,
            skus,
        })
    })
}

fn csv(census: &Census, delimiter: u8) -> Result<(), Failure> {
    let style = Style::Csv {
        delimiter,
        decimal_comma: false,
    };
    let mut out = Out::open(None, style)?;
    out.row(COLUMNS)?;
    for (name, skus) in census.names() {
        let of = name.of_specification().unwrap_or_default();
        out.row([name.kind(), name.text(), "", of, &skus.to_string()])?;
    }
    out.finish()
}

fn print(counted: &[(&Marketplace, Census)]) {
    let mut table = Table::new(["MARKETPLACE", "KIND", "NAME", "SPECIFICATION", "SKUS"]);
    for row in rows(counted) {
        table.row([
            row.marketplace.to_string(),
            row.name.kind().to_owned(),
            row.name.text().to_owned(),
            row.name.of_specification().unwrap_or_default().to_owned(),
            row.skus.to_string(),
        ]);
    }
    if counted.iter().any(|(_, census)| census.len() > 0) {
        output::line(table);
    }
    for (marketplace, census) in counted {
        output::line(format_args!(
            "{}: {}",
            marketplace.account,
            in_words(census, marketplace.mapping.unmapped)
        ));
    }
}

fn in_words(census: &Census, unmapped: Unmapped) -> String {
    let names = match census.len() {
        0 => return "every name is mapped".to_owned(),
        1 => "1 name is not mapped".to_owned(),
        many => format!("{many} names are not mapped"),
    };
    let skus = match census.skus() {
        1 => "1 SKU".to_owned(),
        many => format!("{many} SKUs"),
    };
    let then = match unmapped {
        Unmapped::Pass => "sent as they are",
        Unmapped::Hold => "not suggested anew until they are",
    };
    format!("{names}, of {skus}: {then}")
}
