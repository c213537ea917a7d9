#include "plot/font.h"

#include <cmath>
#include <map>
#include <numbers>
#include <sstream>
#include <utility>

namespace dm::plot {

namespace {
// M move, L line, C cubic, D dot, O cx cy rx ry ellipse, A cx cy rx ry from to: elliptical arc in degrees, joined to the pen by a line
// (after M: not joined). left and right are the side bearings about the glyph's box [0, width].
struct Design {
  char32_t code;
  double left, width, right;
  const char* path;
};

const Design designs[] = {
    {' ', 0, 5.5, 0, ""},
    {'!', 2.2, 0, 2.2, "M 0 14 L 0 4.6 D 0 .5"},
    {'"', 1.8, 3.4, 1.8, "M 0 14 L 0 10 M 3.4 14 L 3.4 10"},
    {'#', 1.2, 10, 1.2, "M 1.9 0 L 4.1 14 M 6.1 0 L 8.3 14 M .4 4.6 L 9.2 4.6 M 1 9.4 L 9.8 9.4"},
    {'$', 1.4, 8.5, 1.4,
     "M 8 11.4 C 7.3 12.6 6 13.3 4.3 13.3 C 2.1 13.3 .5 12.2 .5 10.4 C .5 8.6 1.9 7.7 4.3 7.1 C 6.9 6.4 8.5 5.5 8.5 3.7 C 8.5 1.8 6.7 .7 "
     "4.3 .7 C 2.2 .7 .7 1.5 0 3 M 4.3 15.6 L 4.3 -1.6"},
    {'%', 1.2, 12.2, 1.2, "O 2.8 11 2.8 3 O 9.4 3 2.8 3 M 10.2 14 L 2 0"},
    {'&', 1.2, 10, .9,
     "M 9.9 0 L 2.7 9.1 C 1 11.3 2 14 4.4 14 C 6.8 14 7.6 11.5 6 9.8 C 4.6 8.3 0 7.2 0 3.6 C 0 1.3 1.6 0 3.9 0 C 6.7 0 9 2.4 9.4 6.2"},
    {'\'', 1.8, 0, 1.8, "M 0 14 L 0 10"},
    {'(', 1.8, 3.2, 1.2, "M 3.2 15.6 C -1.1 10.4 -1.1 2.2 3.2 -3"},
    {')', 1.2, 3.2, 1.8, "M 0 15.6 C 4.3 10.4 4.3 2.2 0 -3"},
    {'*', 1.2, 5.6, 1.2, "M 2.8 14 L 2.8 7.6 M 0 12.4 L 5.6 9.2 M 5.6 12.4 L 0 9.2"},
    {'+', 1.6, 8.4, 1.6, "M 0 6.2 L 8.4 6.2 M 4.2 10.4 L 4.2 2"},
    {',', 1.9, .6, 1.6, "M .6 .5 L -.3 -2.5"},
    {'-', 1.6, 4.6, 1.6, "M 0 5.3 L 4.6 5.3"},
    {'.', 1.9, 0, 1.9, "D 0 .5"},
    {'/', .8, 5.4, .8, "M 0 -2 L 5.4 15"},
    {'0', 1.5, 8.4, 1.5, "O 4.2 7 4.2 7"},
    {'1', 1.5, 8.4, 1.5, "M 1.6 11.2 L 5 14 L 5 0"},
    {'2', 1.5, 8.4, 1.5, "M .4 10.5 C .7 12.7 2.2 14 4.2 14 C 6.4 14 7.9 12.5 7.9 10.4 C 7.9 8.6 6.9 7.2 5.2 5.3 L .3 0 L 8.3 0"},
    {'3', 1.5, 8.4, 1.5,
     "M .6 12 C 1.3 13.3 2.5 14 4 14 C 6.2 14 7.6 12.7 7.6 10.9 C 7.6 8.9 6 7.6 3.3 7.6 C 6.4 7.6 8.2 6.2 8.2 3.9 C 8.2 1.5 6.5 0 4 0 C "
     "2.2 0 .8 .8 .1 2.4"},
    {'4', 1.5, 8.4, 1.5, "M 6.3 0 L 6.3 14 L 0 4 L 8.7 4"},
    {'5', 1.5, 8.4, 1.5,
     "M 7.6 14 L 1.8 14 L 1 7.7 C 1.8 8.5 2.9 8.9 4.2 8.9 C 6.6 8.9 8.3 7.1 8.3 4.5 C 8.3 1.8 6.5 0 4 0 C 2.2 0 .8 .8 .1 2.3"},
    {'6', 1.5, 8.4, 1.5, "M 6.5 14 C 3.4 11.6 0 8.4 0 4.5 O 4.2 4.5 4.2 4.5"},
    {'7', 1.5, 8.4, 1.5, "M .2 14 L 8.3 14 L 3 0"},
    {'8', 1.5, 8.4, 1.5, "O 4.2 10.6 3.5 3.4 O 4.2 3.6 4.2 3.6"},
    {'9', 1.5, 8.4, 1.5, "M 1.9 0 C 5 2.4 8.4 5.6 8.4 9.5 O 4.2 9.5 4.2 4.5"},
    {':', 2, 0, 2, "D 0 .5 D 0 8.4"},
    {';', 2, .6, 1.8, "M .6 .5 L -.3 -2.5 D .5 8.4"},
    {'<', 1.6, 8, 1.6, "M 8 10.8 L 0 6.2 L 8 1.6"},
    {'=', 1.6, 8.4, 1.6, "M 0 8.4 L 8.4 8.4 M 0 4 L 8.4 4"},
    {'>', 1.6, 8, 1.6, "M 0 10.8 L 8 6.2 L 0 1.6"},
    {'?', 1.3, 7, 1.3, "M 0 11 C .4 12.9 1.7 14 3.6 14 C 5.6 14 7 12.7 7 10.8 C 7 8 3.5 7.8 3.5 4.6 D 3.5 .5"},
    {'@', 1.4, 13.8, 1.4, "O 7 5.6 2.9 3.3 M 9.9 8.9 L 9.9 4.6 C 9.9 1.4 13.8 1.6 13.8 5.6 A 7 5.6 6.8 7.6 0 302"},
    {'A', .7, 11, .7, "M 0 0 L 5.5 14 L 11 0 M 1.8 4.6 L 9.2 4.6"},
    {'B', 1.9, 8.6, 1.2, "M 0 7.4 L 4.7 7.4 A 4.7 10.7 3.3 3.3 -90 90 L 0 14 L 0 0 L 4.9 0 A 4.9 3.7 3.7 3.7 -90 90"},
    {'C', 1.3, 10.2, 1, "M A 6 7 6 7 46 314"},
    {'D', 1.9, 10, 1.3, "M 0 0 L 0 14 L 3.4 14 A 3.4 7 6.6 7 90 -90 L 0 0"},
    {'E', 1.9, 7.4, 1.1, "M 7.4 14 L 0 14 L 0 0 L 7.4 0 M 0 7.2 L 6.4 7.2"},
    {'F', 1.9, 7.2, .8, "M 7.2 14 L 0 14 L 0 0 M 0 7 L 6.2 7"},
    {'G', 1.3, 11.8, 1.4, "M A 6 7 6 7 46 353 L 7 6.3"},
    {'H', 1.9, 9.4, 1.9, "M 0 0 L 0 14 M 9.4 0 L 9.4 14 M 0 7.2 L 9.4 7.2"},
    {'I', 1.9, 0, 1.9, "M 0 0 L 0 14"},
    {'J', .8, 6, 1.8, "M 6 14 L 6 4 A 2.9 4 3.1 4 0 -155"},
    {'K', 1.9, 9, .7, "M 0 0 L 0 14 M 8.6 14 L 0 5.2 M 3.2 8.5 L 9.1 0"},
    {'L', 1.9, 7, .8, "M 0 14 L 0 0 L 7 0"},
    {'M', 1.9, 12, 1.9, "M 0 0 L 0 14 L 6 3.6 L 12 14 L 12 0"},
    {'N', 1.9, 9.6, 1.9, "M 0 0 L 0 14 L 9.6 0 L 9.6 14"},
    {'O', 1.3, 12, 1.3, "O 6 7 6 7"},
    {'P', 1.9, 8.2, 1, "M 0 0 L 0 14 L 4.4 14 A 4.4 10.2 3.8 3.8 90 -90 L 0 6.4"},
    {'Q', 1.3, 12, 1.3, "O 6 7 6 7 M 7.4 3.6 L 11.6 -1"},
    {'R', 1.9, 8.6, 1, "M 0 0 L 0 14 L 4.4 14 A 4.4 10.2 3.8 3.8 90 -90 L 0 6.4 M 4.3 6.4 L 8.8 0"},
    {'S', 1.3, 8.5, 1.2,
     "M 8 11.5 C 7.3 13.1 6 14 4.3 14 C 2.1 14 .5 12.7 .5 10.7 C .5 8.8 1.9 7.9 4.3 7.2 C 6.9 6.5 8.5 5.6 8.5 3.6 C 8.5 1.4 6.7 0 4.3 0 C "
     "2.2 0 .7 1 0 2.8"},
    {'T', .8, 9.6, .8, "M 0 14 L 9.6 14 M 4.8 14 L 4.8 0"},
    {'U', 1.8, 9.4, 1.8, "M 0 14 L 0 4.7 A 4.7 4.7 4.7 4.7 180 360 L 9.4 14"},
    {'V', .7, 10.6, .7, "M 0 14 L 5.3 0 L 10.6 14"},
    {'W', .9, 15, .9, "M 0 14 L 3.9 0 L 7.5 13.4 L 11.1 0 L 15 14"},
    {'X', .9, 9.4, .9, "M 0 14 L 9.4 0 M 9.4 14 L 0 0"},
    {'Y', .7, 10, .7, "M 0 14 L 5 6.6 L 10 14 M 5 6.6 L 5 0"},
    {'Z', 1.1, 9, 1.1, "M 0 14 L 9 14 L 0 0 L 9 0"},
    {'[', 1.9, 3, 1.2, "M 3 15.6 L 0 15.6 L 0 -3 L 3 -3"},
    {'\\', .8, 5.4, .8, "M 0 15 L 5.4 -2"},
    {']', 1.2, 3, 1.9, "M 0 15.6 L 3 15.6 L 3 -3 L 0 -3"},
    {'^', 1.4, 6.8, 1.4, "M 0 8.8 L 3.4 14 L 6.8 8.8"},
    {'_', .4, 9, .4, "M 0 -2.6 L 9 -2.6"},
    {'`', 1.6, 2.4, 1.6, "M 0 14 L 2.4 11.4"},
    {'a', 1.2, 7.3, 1.6,
     "M .8 8.4 C 1.5 9.5 2.5 10 3.9 10 C 6.1 10 7.3 8.8 7.3 6.8 L 7.3 0 M 7.3 5.9 L 3.8 5.7 C 1.3 5.5 0 4.5 0 2.8 C 0 1 1.3 0 3.2 0 C 5.5 "
     "0 7.3 1.6 7.3 4"},
    {'b', 1.7, 8.4, 1.2, "M 0 14 L 0 0 O 4.2 5 4.2 5"},
    {'c', 1.2, 7.2, .9, "M A 4.3 5 4.3 5 50 310"},
    {'d', 1.2, 8.4, 1.7, "M 8.4 14 L 8.4 0 O 4.2 5 4.2 5"},
    {'e', 1.2, 8.5, 1.1, "M .1 5.3 L 8.5 5.3 A 4.25 5 4.25 5 3.5 318"},
    {'f', 1, 5, .7, "M 5.1 13.8 C 3.1 14.4 1.9 13.3 1.9 11.4 L 1.9 0 M 0 9.8 L 4.7 9.8"},
    {'g', 1.2, 8.4, 1.7, "O 4.2 5 4.2 5 M 8.4 10 L 8.4 -.6 C 8.4 -3.3 6.9 -4.6 4.4 -4.6 C 2.5 -4.6 1.3 -4 .5 -2.8"},
    {'h', 1.7, 7.6, 1.6, "M 0 14 L 0 0 M A 3.8 6.2 3.8 3.8 180 0 L 7.6 0"},
    {'i', 1.8, 0, 1.8, "M 0 10 L 0 0 D 0 13.4"},
    {'j', 1.2, 1.8, 1.8, "M 1.8 10 L 1.8 -1.8 C 1.8 -3.9 .8 -4.7 -.9 -4.5 D 1.8 13.4"},
    {'k', 1.7, 7, .7, "M 0 14 L 0 0 M 6.7 10 L 0 3.7 M 2.6 6.2 L 7.1 0"},
    {'l', 1.8, 1.6, 1.2, "M 0 14 L 0 2.2 C 0 .6 .6 -.1 1.9 .1"},
    {'m', 1.7, 12.4, 1.6, "M 0 10 L 0 0 M A 3.1 6.9 3.1 3.1 180 0 L 6.2 0 M A 9.3 6.9 3.1 3.1 180 0 L 12.4 0"},
    {'n', 1.7, 7.6, 1.6, "M 0 10 L 0 0 M A 3.8 6.2 3.8 3.8 180 0 L 7.6 0"},
    {'o', 1.2, 8.6, 1.2, "O 4.3 5 4.3 5"},
    {'p', 1.7, 8.4, 1.2, "M 0 10 L 0 -4.6 O 4.2 5 4.2 5"},
    {'q', 1.2, 8.4, 1.7, "M 8.4 10 L 8.4 -4.6 O 4.2 5 4.2 5"},
    {'r', 1.7, 4.2, .7, "M 0 10 L 0 0 M 0 6 C .2 8.6 1.8 10.2 4.3 9.8"},
    {'s', 1.2, 6.5, 1.1,
     "M 6.1 8.3 C 5.5 9.4 4.6 10 3.3 10 C 1.6 10 .4 9 .4 7.6 C .4 6.1 1.5 5.6 3.3 5.2 C 5.4 4.7 6.5 4 6.5 2.6 C 6.5 1 5.2 0 3.3 0 C 1.7 0 "
     ".6 .7 0 2"},
    {'t', .9, 4.8, .8, "M 1.9 13 L 1.9 2.6 C 1.9 .6 2.9 -.3 4.9 .2 M 0 9.8 L 4.6 9.8"},
    {'u', 1.6, 7.6, 1.7, "M 0 10 L 0 3.8 A 3.8 3.8 3.8 3.8 180 360 M 7.6 10 L 7.6 0"},
    {'v', .7, 8, .7, "M 0 10 L 4 0 L 8 10"},
    {'w', .9, 12, .9, "M 0 10 L 3.1 0 L 6 9.6 L 8.9 0 L 12 10"},
    {'x', .9, 7.4, .9, "M 0 10 L 7.4 0 M 7.4 10 L 0 0"},
    {'y', .7, 8, .7, "M 0 10 L 4 0 M 8 10 L 3.2 -2 C 2.6 -3.8 1.6 -4.7 0 -4.4"},
    {'z', 1.1, 7, 1.1, "M 0 10 L 7 10 L 0 0 L 7 0"},
    {'{', 1.4, 4, 1.2, "M 4 15.6 C 1.2 15.6 2.2 12.8 2.2 9.8 C 2.2 7.4 1.6 6.3 0 6.3 C 1.6 6.3 2.2 5.2 2.2 2.8 C 2.2 -.2 1.2 -3 4 -3"},
    {'|', 2.2, 0, 2.2, "M 0 15.6 L 0 -3"},
    {'}', 1.2, 4, 1.4, "M 0 15.6 C 2.8 15.6 1.8 12.8 1.8 9.8 C 1.8 7.4 2.4 6.3 4 6.3 C 2.4 6.3 1.8 5.2 1.8 2.8 C 1.8 -.2 2.8 -3 0 -3"},
    {'~', 1.5, 8.6, 1.5, "M 0 5.2 C 1.2 8.2 3 7.6 4.3 6.4 C 5.6 5.2 7.4 4.6 8.6 7.4"},
    {U'\u00b1', 1.6, 8.4, 1.6, "M 0 7.6 L 8.4 7.6 M 4.2 11.8 L 4.2 3.4 M 0 .2 L 8.4 .2"},
    {U'\u00d7', 1.6, 7, 1.6, "M 0 9.7 L 7 2.7 M 7 9.7 L 0 2.7"},
    {U'\u2212', 1.6, 8.4, 1.6, "M 0 6.2 L 8.4 6.2"},
    {U'\u2013', 1, 8, 1, "M 0 5.3 L 8 5.3"},
    {U'\u2014', 1, 14, 1, "M 0 5.3 L 14 5.3"},
    {U'\u00b7', 2, 0, 2, "D 0 6"},
    {U'\u03b1', 1.2, 9, .9, "M 9 10 C 7 2.6 5.6 0 3.6 0 C 1.4 0 0 2 0 5 C 0 8 1.4 10 3.6 10 C 6 10 6.8 7 7.2 3.6 C 7.5 1 8 0 9.2 .1"},
    {U'\u03b2', 1.7, 7.6, 1.2,
     "M 0 -4.6 L 0 10.6 C 0 12.8 1.4 14 3.4 14 C 5.4 14 6.6 12.7 6.6 10.9 C 6.6 9 5.2 7.7 2.8 7.7 C 5.8 7.7 7.6 6.2 7.6 3.9 C 7.6 1.5 6 0 "
     "3.7 0 C 2 0 .7 .8 0 2"},
    {U'\u03b3', 1, 8.4, 1,
     "M 0 8.4 C .5 9.5 1.1 10 1.9 10 C 3.4 10 3.9 7.4 4.6 0 M 8.4 10 L 4.6 0 C 3.7 -2.4 3.3 -3.4 3.4 -4.1 C 3.5 -4.9 4.2 -4.8 4.3 -4 C 4.5 "
     "-2.8 4.6 -1.6 4.6 0"},
    {U'\u03b4', 1.3, 7.6, 1.3, "O 3.8 4.8 3.8 4.8 M 6.2 8.4 C 4 10.4 1.8 11 1.8 12.6 C 1.8 14.4 4.8 14.6 6.6 13.2"},
    {U'\u03b5', 1.2, 6.8, 1.1,
     "M 6.5 8.6 C 5.8 9.5 4.8 10 3.6 10 C 1.7 10 .4 9 .4 7.6 C .4 6.2 1.6 5.3 3.6 5.3 C 1.3 5.3 0 4.3 0 2.7 C 0 1 1.4 0 3.5 0 C 4.9 0 6.1 "
     ".5 6.8 1.6"},
    {U'\u03b7', 1.7, 7.6, 1.6, "M 0 10 L 0 0 M A 3.8 6.2 3.8 3.8 180 0 L 7.6 -4.6"},
    {U'\u03b8', 1.3, 8, 1.3, "O 4 7 4 7 M 0 7 L 8 7"},
    {U'\u03bb', .7, 8, .7, "M 0 14 C 1.4 14.2 2 13.4 2.5 12 L 7 1.4 C 7.4 .4 7.8 0 8.6 .1 M 3.9 8.2 L 0 0"},
    {U'\u03bc', 1.6, 7.6, 1.7, "M 0 10 L 0 -4.6 M 0 3.8 A 3.8 3.8 3.8 3.8 180 360 M 7.6 10 L 7.6 0"},
    {U'\u03c3', 1.2, 9.6, .7, "O 4.3 4.8 4.3 4.8 M 4.3 9.6 L 9.8 9.6"},
    {U'\u03c4', .8, 7.4, .8, "M 0 9.4 L 7.4 9.4 M 3.7 9.4 L 3.7 2.4 C 3.7 .7 4.4 -.2 6.2 .1"},
    {U'\u03b6', 1.2, 6.4, 1, "M .8 14 L 6.2 14 C 2 10.8 0 7.8 0 4.6 C 0 1 6.4 2 6.4 -1.2 C 6.4 -2.8 5.2 -3.4 3.8 -3.2"},
    {U'\u03b9', 1.6, 2.2, 1, "M 0 10 L 0 2.2 C 0 .6 .6 -.1 2 .1"},
    {U'\u03ba', 1.7, 6.6, .7, "M 0 10 L 0 0 M 6.2 10 L 0 4 M 2.4 6.2 L 6.7 0"},
    {U'\u03be', 1.2, 6.6, 1,
     "M 6.2 13.4 C 4.8 14.2 1.2 14 1.2 11.6 C 1.2 9.6 3 8.8 5.4 8.8 C 2.4 8.8 0 7.6 0 4.8 C 0 1 6.6 2.4 6.6 -1.2 C 6.6 -2.8 5.4 -3.4 4 "
     "-3.2"},
    {U'\u03c0', .8, 9.4, .8, "M 0 9.6 L 9.4 9.6 M 2.6 9.6 L 2.2 0 M 6.8 9.6 L 6.8 2.2 C 6.8 .7 7.4 -.1 8.8 .1"},
    {U'\u03c1', 1.7, 8.4, 1.2, "M 0 -4.6 L 0 5 O 4.2 5 4.2 5"},
    {U'\u03c6', 1.2, 10, 1.2, "O 5 5 5 5 M 5 14 L 5 -4.6"},
    {U'\u03c7', .9, 8, .9, "M 0 10 C 1.6 10 2 9.4 2.6 8 L 5.6 -2.6 C 6.1 -4.1 6.6 -4.6 8 -4.6 M 7.6 10 L .4 -4.6"},
    {U'\u03c8', 1.2, 9.6, 1.2, "M 0 10 L 0 4.8 A 4.8 4.8 4.8 4.8 180 360 L 9.6 10 M 4.8 14 L 4.8 -4.6"},
    {U'\u03c9', 1.2, 11, 1.2,
     "M 2.2 10 C .8 8.6 0 6.6 0 4.2 C 0 1.6 1.2 0 2.8 0 C 4.6 0 5.5 1.6 5.5 5.6 C 5.5 1.6 6.4 0 8.2 0 C 9.8 0 11 1.6 11 4.2 C 11 6.6 10.2 "
     "8.6 8.8 10"},
    {U'\u0393', 1.9, 7.2, .8, "M 7.2 14 L 0 14 L 0 0"},
    {U'\u0394', .9, 11, .9, "M 5.5 14 L 0 0 L 11 0 L 5.5 14"},
    {U'\u0398', 1.3, 12, 1.3, "O 6 7 6 7 M 3 7 L 9 7"},
    {U'\u039b', .7, 10.6, .7, "M 0 0 L 5.3 14 L 10.6 0"},
    {U'\u03a0', 1.9, 9.6, 1.9, "M 0 0 L 0 14 L 9.6 14 L 9.6 0"},
    {U'\u03a3', 1.2, 9, 1.1, "M 8.6 14 L 0 14 L 5 7 L 0 0 L 9 0"},
    {U'\u03a6', 1.3, 12, 1.3, "O 6 7 6 4.6 M 6 14 L 6 0"},
    {U'\u03a8', 1.3, 10, 1.3, "M 0 14 L 0 9.4 A 5 9.4 5 5 180 360 L 10 14 M 5 14 L 5 0"},
    {U'\u03a9', 1.2, 11.6, 1.2,
     "M 0 0 L 3.6 0 C 1.4 2 0 4.6 0 7.6 C 0 11.4 2.4 14 5.8 14 C 9.2 14 11.6 11.4 11.6 7.6 C 11.6 4.6 10.2 2 8 0 L 11.6 0"},
    {U'\u2207', .9, 11, .9, "M 0 14 L 11 14 L 5.5 0 L 0 14"},
    {U'\u2202', 1.2, 7.6, 1.2, "O 3.8 4 3.8 4 M 7.6 4 C 7.8 10.5 6.6 14 3.6 14 C 2.2 14 1.4 13.4 .8 12.6"},
    {U'\u221e', 1.4, 12, 1.4,
     "M 6 6.2 C 4.6 8.6 3.6 9.4 2.6 9.4 C 1 9.4 0 8 0 6.2 C 0 4.4 1 3 2.6 3 C 3.6 3 4.6 3.8 6 6.2 C 7.4 8.6 8.4 9.4 9.4 9.4 C 11 9.4 12 8 "
     "12 6.2 C 12 4.4 11 3 9.4 3 C 8.4 3 7.4 3.8 6 6.2"},
    {U'\u2264', 1.6, 8, 1.6, "M 8 12 L 0 7.6 L 8 3.2 M 0 .4 L 8 .4"},
    {U'\u2265', 1.6, 8, 1.6, "M 0 12 L 8 7.6 L 0 3.2 M 0 .4 L 8 .4"},
    {U'\u2248', 1.5, 8.6, 1.5,
     "M 0 7.6 C 1.2 10.4 3 9.8 4.3 8.6 C 5.6 7.4 7.4 6.8 8.6 9.6 M 0 3 C 1.2 5.8 3 5.2 4.3 4 C 5.6 2.8 7.4 2.2 8.6 5"},
    {U'\u2192', 1.4, 11, 1.4, "M 0 6.2 L 11 6.2 M 7.6 9.6 L 11 6.2 L 7.6 2.8"},
    {U'\u221a', .6, 8.6, .2, "M 0 6 L 1.6 7 L 4.4 0 L 8.6 15.6"},
    {U'\u2026', 1.6, 8.4, 1.6, "D 0 .6 D 4.2 .6 D 8.4 .6"},
    {U'\u00b0', 1.2, 4, 1.2, "O 2 12 2 2"},
    {U'\u00df', 1.7, 7.2, 1.2,
     "M 0 0 L 0 10.4 C 0 12.8 1.2 14 3.1 14 C 5 14 6.1 12.9 6.1 11.2 C 6.1 9.4 4 9.2 4 7.4 C 4 5.8 7.2 5.4 7.2 2.8 C 7.2 1 6 0 4.4 0 C 3.6 "
     "0 3 .2 2.4 .6"},
    {U'\u00f8', 1.2, 8.6, 1.2, "O 4.3 5 4.3 5 M .6 -.6 L 8 10.6"},
    {U'\u00d8', 1.3, 12, 1.3, "O 6 7 6 7 M 1 -.6 L 11 14.6"},
    {U'\u00e6', 1.2, 15.1, 1.1,
     "M .8 8.4 C 1.5 9.5 2.5 10 3.9 10 C 5.6 10 6.6 8.8 6.6 6.8 L 6.6 5 M 6.6 5.9 L 3.8 5.7 C 1.3 5.5 0 4.5 0 2.8 C 0 1 1.3 0 3.2 0 C 5.2 "
     "0 6.6 "
     "1.8 6.6 5 M 6.7 5.3 L 15.1 5.3 A 10.85 5 4.25 5 3.5 318"},
    {U'\u00f0', 1.2, 8.4, 1.2, "O 4.2 4.6 4.2 4.6 M 8.4 4.6 C 8.4 9 6 12.4 2.6 14.2 M 1.8 10.8 L 7 13.6"},
    {U'\u00fe', 1.7, 8.4, 1.2, "M 0 14 L 0 -4.6 O 4.2 5 4.2 5"},
    {U'\u0142', 1.8, 1.6, 1.2, "M 0 14 L 0 2.2 C 0 .6 .6 -.1 1.9 .1 M -1.9 5.8 L 2.3 8.8"},
    {U'\u0141', 1.9, 7, .8, "M 0 14 L 0 0 L 7 0 M -1.8 5.4 L 4 8.8"},
    {U'\u20ac', 1.4, 10, 1, "M A 6.6 7 5.4 7 50 310 M -.4 8.6 L 7.6 8.6 M -.4 5.4 L 7 5.4"},
    {U'\u00bd', 1.4, 12, 1.4,
     "M 0 12.4 L 2 14 L 2 7.4 M 9.8 14 L 2 0 M 7.8 4.9 C 8 6.1 8.7 6.7 9.7 6.7 C 10.8 6.7 11.6 6 11.6 4.9 C 11.6 3.9 11 3.1 10 2.1 L 7.8 0 "
     "L 11.9 "
     "0"},
    {U'\ufffd', 1.6, 7, 1.6, "M 0 0 L 7 0 L 7 14 L 0 14 L 0 0"},
};

// Accented letters: the accent's path about x = 0 with its foot at y = 12.4, put over the middle of the base letter.
struct Accent {
  char32_t code;
  char base;
  const char* path;
};
constexpr const char *grave = "M -1.8 14.6 L .8 12.4", *acute = "M 1.8 14.6 L -.8 12.4", *roof = "M -2.3 12.4 L 0 14.6 L 2.3 12.4",
                     *dots = "D -2 13.4 D 2 13.4", *tilde = "M -2.8 12.6 C -1.6 15 1.6 11.8 2.8 14.2", *ring = "O 0 13.8 1.3 1.3",
                     *twice = "M -.4 14.6 L -2 12.4 M 2.4 14.6 L .8 12.4", *hook = "M -2.3 14.6 L 0 12.4 L 2.3 14.6",
                     *tail = "M .2 0 L -.2 -1.6 C 1.4 -1.6 1.8 -3.6 .2 -4.4 C -.4 -4.6 -1 -4.5 -1.4 -4.2";
const Accent accents[] = {
    {U'\u00e0', 'a', grave}, {U'\u00e8', 'e', grave}, {U'\u00f9', 'u', grave}, {U'\u00e1', 'a', acute}, {U'\u00e9', 'e', acute},
    {U'\u00ed', 'i', acute}, {U'\u00f3', 'o', acute}, {U'\u00fa', 'u', acute}, {U'\u00e2', 'a', roof},  {U'\u00ea', 'e', roof},
    {U'\u00ee', 'i', roof},  {U'\u00f4', 'o', roof},  {U'\u00fb', 'u', roof},  {U'\u00e4', 'a', dots},  {U'\u00eb', 'e', dots},
    {U'\u00f6', 'o', dots},  {U'\u00fc', 'u', dots},  {U'\u00c4', 'A', dots},  {U'\u00d6', 'O', dots},  {U'\u00dc', 'U', dots},
    {U'\u00f1', 'n', tilde}, {U'\u00e3', 'a', tilde}, {U'\u00f5', 'o', tilde}, {U'\u00e5', 'a', ring},  {U'\u00c5', 'A', ring},
    {U'\u00e7', 'c', tail},  {U'\u00c9', 'E', acute}, {U'\u00c8', 'E', grave}, {U'\u0161', 's', hook},  {U'\u010d', 'c', hook},
    {U'\u017e', 'z', hook},  {U'\u0159', 'r', hook},  {U'\u0160', 'S', hook},  {U'\u00ef', 'i', dots},  {U'\u00cf', 'I', dots},
    {U'\u00ff', 'y', dots},  {U'\u00cb', 'E', dots},  {U'\u00ec', 'i', grave}, {U'\u00c0', 'A', grave}, {U'\u00cc', 'I', grave},
    {U'\u00d2', 'O', grave}, {U'\u00d9', 'U', grave}, {U'\u00fd', 'y', acute}, {U'\u00c1', 'A', acute}, {U'\u00cd', 'I', acute},
    {U'\u00d3', 'O', acute}, {U'\u00da', 'U', acute}, {U'\u00dd', 'Y', acute}, {U'\u015b', 's', acute}, {U'\u0107', 'c', acute},
    {U'\u0144', 'n', acute}, {U'\u017a', 'z', acute}, {U'\u00c2', 'A', roof},  {U'\u00ca', 'E', roof},  {U'\u00ce', 'I', roof},
    {U'\u00d4', 'O', roof},  {U'\u00db', 'U', roof},  {U'\u00d1', 'N', tilde}, {U'\u00c3', 'A', tilde}, {U'\u00d5', 'O', tilde},
    {U'\u016f', 'u', ring},  {U'\u011b', 'e', hook},  {U'\u0148', 'n', hook},  {U'\u010c', 'C', hook},  {U'\u017d', 'Z', hook},
    {U'\u0158', 'R', hook},  {U'\u015f', 's', tail},  {U'\u00c7', 'C', tail},  {U'\u015e', 'S', tail},  {U'\u0151', 'o', twice},
    {U'\u0171', 'u', twice}, {U'\u0150', 'O', twice}, {U'\u0170', 'U', twice}, {U'\u00f2', 'o', grave}, {U'\u015a', 'S', acute},
    {U'\u0106', 'C', acute}, {U'\u0143', 'N', acute}, {U'\u0179', 'Z', acute},
};

// What is drawn as another letter, raised or lowered.
struct Alias {
  char32_t code, drawn;
  char shift;
};
const Alias aliases[] = {{U'\u00b5', U'\u03bc', level}, {U'\u03bd', U'v', level},  {U'\u03bf', U'o', level}, {U'\u2018', U'\'', level},
                         {U'\u2019', U'\'', level},     {U'\u201c', U'"', level},  {U'\u201d', U'"', level}, {U'\u2010', U'-', level},
                         {U'\u2011', U'-', level},      {U'\u00a0', U' ', level},  {U'\u00b9', U'1', up},    {U'\u00b2', U'2', up},
                         {U'\u00b3', U'3', up},         {U'\u207b', U'\u2212', up}};

// The shift of a character alone (level: that of the text), and what is drawn.
std::pair<char32_t, char> resolved(char32_t c) {
  for (const Alias& a : aliases)
    if (a.code == c) return {a.drawn, a.shift};
  if (c >= U'\u2070' && c <= U'\u2079') return {U'0' + (c - U'\u2070'), up};
  if (c >= U'\u2080' && c <= U'\u2089') return {U'0' + (c - U'\u2080'), down};
  return {c, level};
}

// An elliptical arc as cubic curves of at most a quarter turn: control distance 4/3 tan(angle / 4).
void arc(std::vector<Segment>& out, double cx, double cy, double rx, double ry, double from, double to, bool joined) {
  const double rad = std::numbers::pi / 180;
  const int pieces = int(std::ceil(std::abs(to - from) / 90 - 1e-9));
  const double step = (to - from) * rad / pieces, k = 4.0 / 3.0 * std::tan(step / 4);
  double a = from * rad;
  out.push_back({joined ? Segment::line : Segment::move, {cx + rx * std::cos(a)}, {cy + ry * std::sin(a)}});
  for (int i = 0; i < pieces; ++i, a += step) {
    const double c0 = std::cos(a), s0 = std::sin(a), c1 = std::cos(a + step), s1 = std::sin(a + step);
    out.push_back({Segment::curve,
                   {cx + rx * (c0 - k * s0), cx + rx * (c1 + k * s1), cx + rx * c1},
                   {cy + ry * (s0 + k * c0), cy + ry * (s1 - k * c1), cy + ry * s1}});
  }
}

std::vector<Segment> parse(const char* path, double left, double lift = 0) {
  std::vector<Segment> out;
  std::istringstream in(path);
  in.imbue(std::locale::classic());
  const auto x = [&] {
    double v;
    in >> v;
    return v + left;
  };
  const auto y = [&] {
    double v;
    in >> v;
    return v + lift;
  };
  const auto plain = [&] {
    double v;
    in >> v;
    return v;
  };
  bool pen = false;  // is there a point that an arc would be joined to?
  for (char op; in >> op;) {
    if (op == 'M' && (in >> std::ws).peek() == 'A') {
      pen = false;
    } else if (op == 'M' || op == 'L' || op == 'D') {
      const double px = x(), py = y();
      out.push_back({op == 'M' ? Segment::move : op == 'L' ? Segment::line : Segment::dot, {px}, {py}});
      pen = op != 'D';
    } else if (op == 'C') {
      Segment s{Segment::curve, {}, {}};
      for (int i = 0; i < 3; ++i) s.x[i] = x(), s.y[i] = y();
      out.push_back(s);
    } else {
      const double cx = x(), cy = y(), rx = plain(), ry = plain();
      const double from = op == 'A' ? plain() : 0, to = op == 'A' ? plain() : 360;
      arc(out, cx, cy, rx, ry, from, to, op == 'A' && pen);
      pen = op == 'A';
    }
  }
  return out;
}

constexpr double tracking = .35;  // air between all letters: text is read at 7 to 11 points

std::map<char32_t, Glyph> build() {
  std::map<char32_t, Glyph> font;
  for (const Design& d : designs) font[d.code] = {d.left + d.width + d.right + tracking, parse(d.path, d.left + tracking / 2)};
  for (const Accent& a : accents) {
    Glyph g = font.at(char32_t(a.base));
    if (a.base == 'i') g.segments.pop_back();  // its own dot
    const auto mark = parse(a.path, g.advance / 2, a.base < 'a' && a.path != tail ? 3.2 : 0);
    g.segments.insert(g.segments.end(), mark.begin(), mark.end());
    font[a.code] = std::move(g);
  }
  return font;
}
}  // namespace

const Glyph& glyph(char32_t c) {
  static const std::map<char32_t, Glyph> font = build();
  const auto it = font.find(c);
  return it == font.end() ? font.at(U'\ufffd') : it->second;
}

std::vector<char32_t> code_points(std::string_view s) {
  std::vector<char32_t> out;
  for (size_t i = 0; i < s.size();) {
    const unsigned char c = static_cast<unsigned char>(s[i]);
    const int more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : -1;
    char32_t v = more <= 0 ? c : c & (0x3fu >> more);
    bool good = more >= 0 && i + size_t(more) < s.size();
    for (int k = 1; good && k <= more; ++k) {
      const unsigned char next = static_cast<unsigned char>(s[i + size_t(k)]);
      good = (next & 0xc0) == 0x80;
      v = v << 6 | (next & 0x3f);
    }
    out.push_back(good ? v : U'\ufffd');
    i += good ? size_t(more) + 1 : 1;
  }
  return out;
}

std::vector<Placed> set_line(std::string_view text) {
  std::vector<Placed> out;
  double x = 0;
  char shift = level;
  for (const char32_t c : code_points(text)) {
    if (c == char32_t(up) || c == char32_t(down) || c == char32_t(level)) {
      shift = char(c);
      continue;
    }
    const auto [drawn, alone] = resolved(c);
    const char place = alone == level ? shift : alone;
    const double size = place == level ? 1 : .7, y = place == up ? .33 : place == down ? -.16 : 0;
    const Glyph& g = glyph(drawn);
    out.push_back({&g, x, y, size / 20});
    x += g.advance * size / 20;
  }
  return out;
}

double line_width(std::string_view text) {
  const auto line = set_line(text);
  return line.empty() ? 0 : line.back().x + line.back().glyph->advance * line.back().scale;
}

}  // namespace dm::plot
