"""What ours is compared with: small, honest, and no part of the product.

`plain`: what a good engineer would write first. `lean`: the same in as few statements as SQL
allows. `floor`: the same SQL without any web at all. `drf`: a REST view that writes the four rows
of a POST, and no others.
"""
