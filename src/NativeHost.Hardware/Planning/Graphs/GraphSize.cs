namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>What a graph takes of memory.</summary>
/// <param name="BufferBytes">The buffer that it is computed in, where one device computes all of it.</param>
/// <param name="InputBytes">The part of it that the CPU needs where a GPU computes all of it: inputs, and rows of tables.</param>
internal sealed record GraphSize(long BufferBytes, long InputBytes);
