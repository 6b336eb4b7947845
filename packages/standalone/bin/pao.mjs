#!/usr/bin/env node
// JavaScript, so that Node.js need not load what reads TypeScript before it knows where compiled code is kept.
import { enableCompileCache, getCompileCacheDir } from 'node:module';

// Compiled code is kept between starts, which halves the time to load the services. The child process is told the folder.
enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= getCompileCacheDir();

await import('../src/main.ts');
