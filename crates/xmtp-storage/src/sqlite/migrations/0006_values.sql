-- Values stood in an index, which keeps no more than a quarter of a page of each and gives the rest a page of its own. In
-- a table a value may fill a page.
CREATE TABLE rows_of_values (
    id INTEGER PRIMARY KEY,
    namespace INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (namespace, key)
) STRICT;
INSERT INTO rows_of_values (namespace, key, value) SELECT namespace, key, value FROM kv;
DROP TABLE kv;
ALTER TABLE rows_of_values RENAME TO kv;
