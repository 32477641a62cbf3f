//! The order numbers that payments have used.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex},
};

use super::{RegisteredApp, lock};

const MAX_ORDERS: usize = 100_000;

/// An app, the account within which its order numbers are unique, and the number.
type OrderNumber = (Arc<str>, Arc<str>, Arc<str>);

/// The order numbers of all apps. The oldest are evicted.
#[derive(Default)]
pub(crate) struct Orders(Mutex<UsedNumbers>);

#[derive(Default)]
struct UsedNumbers {
    set: HashSet<OrderNumber>,
    oldest_first: VecDeque<OrderNumber>,
}

impl Orders {
    /// Marks the number as used. Returns whether it is new. `account` is an offer, a merchant, or the tokens of
    /// `/xpay`.
    pub(crate) fn use_number(&self, app: &RegisteredApp, account: &str, number: &str) -> bool {
        let mut used = lock(&self.0);
        let order: OrderNumber = (app.id.clone(), account.into(), number.into());
        if !used.set.insert(order.clone()) {
            return false;
        }
        used.oldest_first.push_back(order);
        if used.oldest_first.len() > MAX_ORDERS
            && let Some(oldest) = used.oldest_first.pop_front()
        {
            used.set.remove(&oldest);
        }
        true
    }
}
