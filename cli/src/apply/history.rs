//! The editions that are kept.

use feirante_store::Budget;
use feirante_store::settings::Summary;
use serde_json::json;

use super::{Place, TIME};
use crate::failure::Failure;
use crate::output;
use crate::table::Table;

/// Lists them, the one in force first.
pub(super) async fn list(place: &Place, as_json: bool) -> Result<(), Failure> {
    let mut editions = read(place).await?;
    editions.reverse();
    if as_json {
        let rows = editions.iter().enumerate().map(|(index, edition)| {
            json!({
                "version": edition.version,
                "appliedAt": edition.applied_at,
                "restores": edition.restores,
                "inForce": index == 0,
            })
        });
        output::json(&rows.collect::<Vec<_>>());
        return Ok(());
    }
    if editions.is_empty() {
        output::line("no seller file was applied yet");
        return Ok(());
    }
    let mut table = Table::new(["VERSION", "APPLIED", ""]);
    for (index, edition) in editions.iter().enumerate() {
        let mut remarks = Vec::new();
        if index == 0 {
            remarks.push("in force".to_owned());
        }
        if let Some(version) = edition.restores {
            remarks.push(format!("as version {version} was"));
        }
        table.row([
            edition.version.to_string(),
            edition
                .applied_at
                .map_or_else(|| "?".to_owned(), |at| at.to_string()),
            remarks.join(", "),
        ]);
    }
    output::line(table);
    Ok(())
}

/// The version that was in force before the one that is. Where that is an old one again, the one before
/// that: who goes back twice goes back two steps, and not to what was just taken back.
pub(super) async fn before(place: &Place) -> Result<i64, Failure> {
    let editions = read(place).await?;
    let in_force = editions.last();
    let since = in_force.map(|edition| edition.restores.unwrap_or(edition.version));
    let before = editions
        .iter()
        .rev()
        .find(|edition| since.is_some_and(|since| edition.version < since));
    before
        .map(|edition| edition.version)
        .ok_or_else(|| Failure::input("there is no edition before the one in force"))
}

async fn read(place: &Place) -> Result<Vec<Summary>, Failure> {
    let history = place.table.history(Budget::of(TIME)).await;
    history.map_err(|error| place.failed("read", &error))
}
