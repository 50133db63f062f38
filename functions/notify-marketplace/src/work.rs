//! Work on a listing, until nothing is to be done about it now.

use std::time::Duration;

use feirante_lambda::batch::queue::QueueFunction;
use feirante_lambda::dead_letters::Rejection;
use feirante_lambda::metrics::{Metric, Metrics};
use feirante_models::{Instant, SkuId};
use feirante_seller::listing::{
    Call, Goods, Listing, Product, Reply, Request, State, Step, Trigger, suggestion,
};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::StoreError;
use feirante_store::listings::Put;
use jiff::SignedDuration;
use tokio::time::Instant as Clock;

use crate::ask::Question;
use crate::{NotifyMarketplace, budget};

/// Who has worked for so long begins nothing new: the invocation might end in the middle of it. A
/// call may take as long again.
const GIVES_WAY_AFTER: Duration = Duration::from_secs(8);

/// Steps at one time. More of them are made only where many work on the same listing.
const MOST_STEPS: usize = 30;

/// How the work ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Nothing is left to do.
    Rests,
    /// Something is, later.
    Waits {
        /// When.
        until: Instant,
        /// What it waits for.
        why: String,
        /// That the marketplace may not be called at all until then.
        held: bool,
    },
    /// It can't be done.
    Refused(Rejection),
}

impl NotifyMarketplace {
    /// Does what the listing of a SKU needs. Others may work on it at the same time.
    pub(crate) async fn work(
        &self,
        marketplace: &Marketplace,
        sku: &SkuId,
        trigger: Trigger<'_>,
    ) -> Result<End, StoreError> {
        let began = Clock::now();
        if let Some((until, why)) = trigger.too_early(Instant::now()) {
            return Ok(waits(until, why));
        }
        let found = self.listings.get(sku, &marketplace.account, budget());
        let mut listing = found.await?.unwrap_or_else(|| {
            Listing::new(sku.clone(), marketplace.account.clone(), Instant::now())
        });
        if let Trigger::Due(by) = trigger
            && !listing.is_due(by)
        {
            // The index lags, or has it from a version that wrote another time there.
            self.put(&listing).await?;
            return Ok(End::Rests);
        }
        let mut known = None;
        for _ in 0..MOST_STEPS {
            let goods = match known {
                Some(goods) if !listing.depends_on_goods() => goods,
                _ => self.goods(marketplace, &listing.sku).await?,
            };
            match listing.next(trigger, &goods, Instant::now()) {
                Step::Rest => return Ok(End::Rests),
                Step::Wait { until, why } => return Ok(waits(until, why)),
                Step::Write(changed) => listing = self.put(&changed).await?.0,
                Step::Incomplete {
                    listing: changed,
                    missing,
                } => match self.put(&changed).await? {
                    (_, true) => return Ok(End::Refused(incomplete(&changed, &missing))),
                    (found, false) => listing = found,
                },
                Step::Call { .. } if began.elapsed() > GIVES_WAY_AFTER => {
                    return Ok(waits(Instant::now(), "it goes on in another invocation"));
                }
                Step::Call { call, claimed } => {
                    listing = match self.put(&claimed).await? {
                        (claimed, true) => {
                            match self.call(marketplace, claimed, call, trigger).await? {
                                Called::GoOn(listing) => *listing,
                                Called::End(end) => return Ok(end),
                            }
                        }
                        (found, false) => found,
                    };
                }
            }
            known = Some(goods);
        }
        let moment = Instant::now().plus(SignedDuration::from_secs(1));
        Ok(waits(moment, "many work on the same listing"))
    }

    /// What can be said of the SKU now.
    async fn goods(&self, marketplace: &Marketplace, sku: &SkuId) -> Result<Goods, StoreError> {
        let product = self.offers.product(sku, budget()).await?;
        let now = Instant::now();
        Ok(match self.settings() {
            Some(settings) => Goods::of(&settings, marketplace, &product, now),
            None => Goods {
                sold: product.is_sold(marketplace, now),
                ..Goods::default()
            },
        })
    }

    /// Makes a call that is claimed, and writes what became of it.
    async fn call(
        &self,
        marketplace: &Marketplace,
        claimed: Listing,
        call: Call,
        trigger: Trigger<'_>,
    ) -> Result<Called, StoreError> {
        let attempts = claimed.tracks.of(call.request).attempts().clone();
        let Some(question) = self.question(marketplace, &claimed, call.request).await? else {
            // What is to be suggested has changed since the call was claimed: it is looked at anew.
            let not_made = Reply::Waits {
                until: Instant::now(),
                attempts,
            };
            let listing = self.settle(claimed, call, &not_made).await?;
            return Ok(Called::GoOn(Box::new(listing)));
        };
        let (reply, why) = self
            .ask(marketplace, &claimed.sku, &question, &attempts)
            .await;
        let listing = self.settle(claimed, call, &reply).await?;
        Ok(match reply {
            // Nothing else may be asked either, or somebody here could not be.
            Reply::Waits {
                until,
                attempts: so_far,
            } if so_far.count == attempts.count => Called::End(End::Waits {
                until,
                why,
                held: true,
            }),
            Reply::Refused { status, detail } if !call.request.is_about_a_suggestion() => {
                let rejection = refused(&listing, call.request, status, &detail);
                Called::End(End::Refused(rejection))
            }
            // However far the schedule looks ahead, it asks for a decision once.
            _ if call.request == Request::Poll
                && matches!(trigger, Trigger::Due(_))
                && matches!(listing.state, State::Suggested { .. }) =>
            {
                Called::End(End::Rests)
            }
            _ => Called::GoOn(Box::new(listing)),
        })
    }

    /// What a claimed call asks; `None`: the SKU can't be suggested after all. What a suggestion says
    /// is read after its claim, so that it tells of all that could be read by then.
    async fn question(
        &self,
        marketplace: &Marketplace,
        listing: &Listing,
        request: Request,
    ) -> Result<Option<Question>, StoreError> {
        if request != Request::Suggestion {
            return Ok(Some(Question::Plain(request)));
        }
        let product: Product = self.offers.product(&listing.sku, budget()).await?;
        let suggested = self
            .settings()
            .and_then(|settings| suggestion(&settings, marketplace, &product, Instant::now()).ok());
        Ok(suggested.map(|body| Question::Suggestion(Box::new(body))))
    }

    fn settings(&self) -> Option<std::sync::Arc<Settings>> {
        self.dispatcher.settings()
    }

    /// Writes the end of a call, whatever else is written meanwhile.
    async fn settle(
        &self,
        mut listing: Listing,
        call: Call,
        reply: &Reply,
    ) -> Result<Listing, StoreError> {
        let now = Instant::now();
        loop {
            listing = match self.put(&listing.settled(call, reply, now)).await? {
                (settled, true) => return Ok(settled),
                (found, false) => found,
            };
        }
    }

    /// The listing as it stands after a write, and whether that was ours.
    async fn put(&self, listing: &Listing) -> Result<(Listing, bool), StoreError> {
        Ok(match self.listings.put(listing, budget()).await? {
            Put::Written(listing) => (*listing, true),
            Put::Overtaken(listing) => (*listing, false),
        })
    }
}

/// What follows a call.
enum Called {
    GoOn(Box<Listing>),
    End(End),
}

fn waits(until: Instant, why: &str) -> End {
    End::Waits {
        until,
        why: why.to_owned(),
        held: false,
    }
}

/// Somebody has to mend something: the alarm counts these.
fn alarm(listing: &Listing, what: &str) {
    let (sku, account) = (listing.sku.as_str(), listing.account.as_str());
    let function = NotifyMarketplace::NAME;
    tracing::error!(function, sku, account, what, "a SKU can't be listed");
    let mut metrics = Metrics::of(function);
    metrics.add(Metric::ListingErrors, 1);
    metrics.write();
}

fn incomplete(listing: &Listing, missing: &[String]) -> Rejection {
    let missing = missing.join("; ");
    alarm(listing, &missing);
    Rejection::refused(422, format!("can't be suggested: {missing}"))
}

fn refused(listing: &Listing, request: Request, status: u16, detail: &str) -> Rejection {
    let detail = format!("{}: {detail}", request.name());
    alarm(listing, &format!("{status}: {detail}"));
    Rejection::refused(status, detail)
}
