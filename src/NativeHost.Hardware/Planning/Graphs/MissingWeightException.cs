namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>A header lacks a tensor that its architecture has, or has it in another shape. Never leaves the planner.</summary>
internal sealed class MissingWeightException(string name) : Exception($"There is no fitting tensor {name}.");
