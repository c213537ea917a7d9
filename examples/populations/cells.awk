# A population of cells that branches, in five principal components; a row a cell: awk -v day=D -v n=N -v seed=S -f cells.awk
# A cell of age t moves along PC1, bends a little along PC3, and goes to one of two fates along PC2. Fate A divides faster: its share is 1/2 on day 0 and
# grows to 1 / (1 + exp(-day / 4)), 73 % on day 4. Own random numbers (Lehmer's 16807), so that every awk makes the same cells.
function uniform() { return (state = state * 16807 % 2147483647) / 2147483647 }
function normal(  r) { r = sqrt(-2 * log(uniform())); return r * cos(6.283185307179586 * uniform()) }
BEGIN {
  state = 1000003 * seed + 12345
  for (i = 0; i < 20; i++) uniform()
  print "PC1,PC2,PC3,PC4,PC5"
  for (i = 0; i < n; i++) {
    A = uniform() < 1 / (1 + exp(-day / 4))
    t = day + .35 * normal()
    pc1 = 1.5 * t + .4 * normal()
    pc2 = (A ? 1 : -1) * .8 * (1 + t) + .45 * normal()
    pc3 = t * (4 - t) / 6 + .5 * normal()
    pc4 = .6 * normal()
    printf "%.5f,%.5f,%.5f,%.5f,%.5f\n", pc1, pc2, pc3, pc4, .4 * normal()
  }
}
