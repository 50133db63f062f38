//! The side that calls the seller (protocol §5.1).
//!
//! What a shopper, an indexer or a payment would make a marketplace do is a method of [`Driver`]
//! that the control API calls. What takes longer than its answer goes on in the background: R4
//! until it is confirmed, R5 until it is decided, simulations after notifications. The books know
//! what is under way, so that a restarted marketplace goes on with it.

mod acceptance;
mod authorize;
mod caller;
mod cancel;
mod cancellation;
mod cart;
mod draft;
mod modification;
mod modify;
mod order_body;
mod place;
mod purchase;
mod quote;
mod refresh;
mod refusal;
mod shop;
mod simulate;
mod stuck;
mod target;
mod under_way;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use authorize::PayRequest;
pub(crate) use cancel::{CancelRequest, DenyPaymentRequest};
pub(crate) use modify::{ModifyRequest, PreviewRequest, WithdrawRequest};
pub(crate) use purchase::{BrowseRequest, BuyRequest, CartRequest};
pub(crate) use refusal::Refusal;

use crate::books::{Order, Settings};
use crate::options::AccountOptions;
use crate::world::{Task, World};
use caller::Caller;
use cart::Carts;
use refresh::Refreshes;
use under_way::UnderWay;

/// Calls the seller.
pub(crate) struct Driver {
    world: Arc<World>,
    caller: Caller,
    carts: Carts,
    refreshes: Refreshes,
    under_way: UnderWay,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Driver {
    /// Takes up what was under way, and then the tasks that come on the channel. All work is
    /// spawned on `tracker` and ends with `stop`.
    ///
    /// # Errors
    ///
    /// The HTTP client can't be made.
    pub(crate) fn start(
        world: Arc<World>,
        tasks: mpsc::UnboundedReceiver<Task>,
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Result<Arc<Self>, reqwest::Error> {
        let driver = Arc::new(Self {
            caller: Caller::new(Arc::clone(&world))?,
            world,
            carts: Carts::default(),
            refreshes: Refreshes::default(),
            under_way: UnderWay::default(),
            tracker: tracker.clone(),
            stop,
        });
        driver.resume_placements();
        driver.resume_authorizations();
        driver.resume_cancellations();
        driver.resume_modifications();
        driver.resume_refreshes();
        driver.spawn(Arc::clone(&driver).take(tasks));
        Ok(driver)
    }

    async fn take(self: Arc<Self>, mut tasks: mpsc::UnboundedReceiver<Task>) {
        while let Some(task) = tasks.recv().await {
            match task {
                Task::RefreshOffer { account, sku } => self.refresh(account, sku),
                Task::Agreed {
                    account,
                    order,
                    change_request,
                } => self.agreed(account, order, change_request),
            }
        }
    }

    /// Works in the background until it is done or the marketplace stops.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tracker.spawn(async move {
            stop.run_until_cancelled(work).await;
        });
    }

    /// An account, and how it behaves now.
    fn account(&self, name: &str) -> Result<(&AccountOptions, Settings), Refusal> {
        match self.world.options.account(name) {
            Some(account) => Ok((account, self.world.books.settings(name))),
            None => Err(Refusal::UnknownAccount(name.to_owned())),
        }
    }

    /// Changes an order, or leaves it as it is if `change` refuses.
    fn change(
        &self,
        account: &str,
        order: &str,
        change: impl FnOnce(&mut Order) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let changed = self.world.books.change_order(account, order, change);
        changed.unwrap_or_else(|| Err(unknown_order(account, order)))
    }

    /// The order once `settled` holds, or as it is after `wait`.
    async fn wait_for(
        &self,
        account: &str,
        order: &str,
        wait: Duration,
        settled: impl Fn(&Order) -> bool,
    ) -> Result<Order, Refusal> {
        let books = &self.world.books;
        books
            .until(wait, |books| books.order(account, order).filter(&settled))
            .await
            .or_else(|| books.order(account, order))
            .ok_or_else(|| unknown_order(account, order))
    }
}

fn unknown_order(account: &str, order: &str) -> Refusal {
    Refusal::UnknownOrder {
        account: account.to_owned(),
        order: order.to_owned(),
    }
}
