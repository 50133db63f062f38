//! Where each SKU stands at each marketplace, as a file.

use std::time::Duration;

use feirante_seller::listing::{Listing, State};
use feirante_store::{Budget, Listings};

use super::out::Out;
use crate::failure::Failure;
use crate::listings::known;

/// How long one page may take.
const TIME: Duration = Duration::from_secs(30);

/// Writes all listings, state by state. One that changes its state meanwhile may come twice, or not
/// at all.
pub(super) async fn export(listings: &Listings, mut out: Out) -> Result<(), Failure> {
    let failed = |error: &_| Failure::system("the listings can't be read", error);
    out.row(["sku", "marketplace", "state", "since", "known"])?;
    for state in State::NAMES {
        let mut page = None;
        loop {
            let (some, next) = listings
                .in_state(state, page, Budget::of(TIME))
                .await
                .map_err(|error| failed(&error))?;
            for listing in &some {
                out.put(listing, |listing, _| cells(listing))?;
            }
            page = next;
            if page.is_none() {
                break;
            }
        }
    }
    out.finish()
}

fn cells(listing: &Listing) -> Vec<String> {
    vec![
        listing.sku.to_string(),
        listing.account.to_string(),
        listing.state.name().to_owned(),
        listing.since.to_string(),
        known(listing),
    ]
}
