extension ShopSchema {
    /// Conversations that can be taken up again, customers' carts, and what happened.
    ///
    /// All that belongs to a customer goes with their row in `customers`.
    static let conversations = """
        CREATE TABLE conversations (
            id TEXT NOT NULL PRIMARY KEY,
            role TEXT NOT NULL,
            customer_id INTEGER REFERENCES customers (id) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            last_used INTEGER NOT NULL,
            format INTEGER NOT NULL,
            snapshot BLOB NOT NULL
        );

        CREATE INDEX conversations_by_customer ON conversations (customer_id) WHERE customer_id IS NOT NULL;

        CREATE TABLE carts (
            customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
            subcategory_id INTEGER NOT NULL REFERENCES subcategories (id),
            position INTEGER NOT NULL,
            PRIMARY KEY (customer_id, subcategory_id)
        ) WITHOUT ROWID;

        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            conversation TEXT NOT NULL,
            customer_id INTEGER REFERENCES customers (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            format INTEGER NOT NULL,
            payload TEXT NOT NULL
        );

        CREATE INDEX events_by_customer ON events (customer_id) WHERE customer_id IS NOT NULL;
        """
}
