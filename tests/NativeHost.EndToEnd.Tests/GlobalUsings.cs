global using System.Diagnostics;
global using System.Text.Json.Nodes;
global using Xunit;
