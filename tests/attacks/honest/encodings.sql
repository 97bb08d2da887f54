-- Writes letters of other scripts in the encodings of their countries.
-- attack:
SET client_encoding = 'SJIS';
SELECT title, 'ßa' AS sign FROM item WHERE id = 1;
UPDATE mallory_own SET v = 'ßa' WHERE id = 1;
SET client_encoding = 'EUC_JP';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
SET client_encoding = 'GBK';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
INSERT INTO mallory_own VALUES (11, 'ä'), (12, 'ö');
SET client_encoding = 'GB18030';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
SET client_encoding = 'BIG5';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
SET client_encoding = 'EUC_KR';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
SET client_encoding = 'UHC';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
SET client_encoding = 'WIN1251';
SELECT title, 'ä' AS sign FROM item WHERE id = 1;
-- extended
SELECT title, 'ö' AS sign FROM item WHERE id = 2;
SELECT v FROM mallory_own ORDER BY id
