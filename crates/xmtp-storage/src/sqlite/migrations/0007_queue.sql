-- Every message that is sent changed three pages of these indexes. What they said of the few intents that wait is kept in
-- memory.
DROP INDEX intents_by_group;
DROP INDEX intents_by_hash;
