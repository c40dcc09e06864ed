"""Home page, sitemap, and the routes for operators."""
