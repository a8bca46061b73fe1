"""What every workbook of ours is made with: document, theme, cells, tables, pages of prose."""
