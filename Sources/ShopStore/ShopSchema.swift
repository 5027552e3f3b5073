import GRDB

/// The schema of a shop's file, as migrations by name. A migration that was released is never edited: what changes later
/// is a migration of its own, registered behind those before it.
///
/// `PRAGMA user_version` is the number of migrations, for programs that don't know GRDB's own table of them.
/// `docs/SHOP_FORMAT.md` describes every table and column.
enum ShopSchema {
    /// `PRAGMA application_id`: "dami" in ASCII.
    static let applicationID: Int32 = 0x6461_6D69

    /// The migrations in their order.
    static let migrations: [(name: String, migrate: @Sendable (Database) throws -> Void)] = [
        ("1-shop", { try $0.execute(sql: shop) }),
        ("2-conversations", { try $0.execute(sql: conversations) }),
    ]

    static var version: Int { migrations.count }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, migration) in migrations.enumerated() {
            migrator.registerMigration(migration.name) { database in
                try migration.migrate(database)
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }

    private static let shop = """
        CREATE TABLE shop (
            key TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE subcategories (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            middle_category TEXT,
            category TEXT NOT NULL,
            is_label INTEGER NOT NULL CHECK (is_label IN (0, 1))
        );

        CREATE TABLE customers (
            id INTEGER PRIMARY KEY,
            code TEXT NOT NULL UNIQUE,
            gender TEXT CHECK (gender IN ('F', 'M')),
            age INTEGER CHECK (age BETWEEN 10 AND 90)
        );

        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
            code TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            date TEXT,
            split TEXT CHECK (split IN ('train', 'test')),
            origin TEXT NOT NULL DEFAULT 'log' CHECK (origin IN ('log', 'dami'))
        );

        CREATE INDEX sessions_by_customer ON sessions (customer_id, sequence);

        CREATE TABLE basket_lines (
            session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            subcategory_id INTEGER NOT NULL REFERENCES subcategories (id),
            quantity INTEGER NOT NULL,
            amount NUMERIC NOT NULL,
            PRIMARY KEY (session_id, position)
        ) WITHOUT ROWID;

        CREATE VIEW baskets AS
            SELECT customers.code AS customer, sessions.code AS session, sessions.sequence, sessions.date,
                sessions.split, sessions.origin, basket_lines.position, subcategories.name AS subcategory,
                subcategories.category, basket_lines.quantity, basket_lines.amount
            FROM basket_lines
            JOIN sessions ON sessions.id = basket_lines.session_id
            JOIN customers ON customers.id = sessions.customer_id
            JOIN subcategories ON subcategories.id = basket_lines.subcategory_id;
        """
}
