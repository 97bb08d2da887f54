-- Takes a value of the domain out of XML.
-- wants: read
-- until: 17
-- attack:
SELECT * FROM xmltable('/a' PASSING '<a>99</a>' COLUMNS b account_id PATH '.');
